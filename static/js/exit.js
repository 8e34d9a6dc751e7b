// Leaving quickly: blank at once, sign out, every tab, then a neutral site. Without JavaScript the form does the same
// for this tab. It can't erase the browser's history, and the pages say so.
const SHIFTS = 3;
const SHIFT_SECONDS = 5;
const CHANNEL = "beheard-leave";

const form = document.querySelector("[data-exit]");
const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;

function blankAndGo() {
  const target = form.dataset.exit;
  document.documentElement.dataset.left = "";
  document.title = "";
  document.body.replaceChildren();
  window.location.replace(target);
}

function tellOtherTabs() {
  channel?.postMessage("leave");
  try {
    localStorage.setItem(CHANNEL, String(Date.now()));
    localStorage.removeItem(CHANNEL);
  } catch {
    // Storage may be switched off; the channel has told them.
  }
}

function unsentWords() {
  return [...document.querySelectorAll("textarea[data-draft-key]")].filter((box) => box.value.trim());
}

function signOut() {
  const withWords = new FormData(form);
  for (const box of unsentWords()) {
    withWords.append("draft_key", box.dataset.draftKey);
    withWords.append("draft_text", box.value);
  }
  // A beacon has a size limit; signing out matters more than the last words, which were saved seconds ago.
  return navigator.sendBeacon(form.action, withWords) || navigator.sendBeacon(form.action, new FormData(form));
}

function leave() {
  // The request is handed to the browser before the page that holds it is emptied; this takes no visible time.
  document.documentElement.dataset.left = "";
  try {
    signOut();
    tellOtherTabs();
  } finally {
    blankAndGo();
  }
}

function countShifts() {
  const said = document.querySelector("[data-exit-count]");
  let pressed = 0;
  let alone = false;
  let timer;

  const say = (left) => {
    said.hidden = !left;
    said.textContent = left ? said.dataset[left === 1 ? "one" : "two"] : "";
  };
  const forget = () => {
    pressed = 0;
    say(0);
  };

  document.addEventListener("keydown", (event) => {
    // Shift that makes a capital letter is not a call for the exit.
    if (event.key === "Shift") alone = !event.repeat || alone;
    else {
      alone = false;
      forget();
    }
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    clearTimeout(timer);
    pressed += 1;
    if (pressed === SHIFTS) return leave();
    say(SHIFTS - pressed);
    timer = setTimeout(forget, SHIFT_SECONDS * 1000);
  });
}

function stayAboveKeyboard() {
  // A phone's keyboard scrolls the page under the header; this keeps the exit in the corner one can see.
  const view = window.visualViewport;
  const place = () => {
    const top = view.scale > 1.05 ? 0 : Math.max(0, view.offsetTop);
    document.documentElement.style.setProperty("--viewport-top", `${top}px`);
  };
  view.addEventListener("resize", place);
  view.addEventListener("scroll", place);
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  channel?.addEventListener("message", blankAndGo);
  window.addEventListener("storage", (event) => {
    if (event.key === CHANNEL && event.newValue) blankAndGo();
  });
  countShifts();
  if (window.visualViewport) stayAboveKeyboard();
}
