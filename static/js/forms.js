// Small kindnesses for forms: no double posting, boxes that grow, a count of words, focus on what went wrong.

// --- a form is sent once -----------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.matches("[data-exit]")) return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "yes";
  // After this turn of the loop, so that the pressed button's own value is still posted.
  setTimeout(() => sendButtons(form).forEach((button) => (button.disabled = true)));
});

function sendButtons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function sendable(form) {
  delete form.dataset.sending;
  sendButtons(form).forEach((button) => (button.disabled = false));
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(sendable));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (form) sendable(form);
});

// --- a post that did not arrive ----------------------------------------------------------------
function didNotArrive() {
  const line = document.querySelector("[data-not-sent]");
  if (line) line.hidden = false;
}
document.addEventListener("htmx:sendError", didNotArrive);
document.addEventListener("htmx:responseError", didNotArrive);
document.addEventListener("htmx:beforeRequest", () => {
  const line = document.querySelector("[data-not-sent]");
  if (line) line.hidden = true;
});

// --- boxes that grow, where the browser can't do it itself -------------------------------------
function grow(box) {
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight + 4}px`;
}
const grows = !CSS.supports("field-sizing", "content");

// --- a count of words --------------------------------------------------------------------------
function count(box) {
  const line = box.closest(".field")?.querySelector("[data-word-count]");
  if (!line) return;
  const most = Number(box.dataset.maxWords);
  const words = box.value.trim() ? box.value.trim().split(/\s+/).length : 0;
  line.textContent = line.dataset.words.replace("{n}", words).replace("{most}", most);
  line.classList.toggle("over", words > most);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea") && grows) grow(event.target);
  if (event.target.matches?.("[data-max-words]")) count(event.target);
});

// --- when a page or a part of it arrives -------------------------------------------------------
function arrive(root) {
  if (grows) root.querySelectorAll("textarea").forEach(grow);
  root.querySelectorAll("[data-max-words]").forEach(count);
  root.querySelector("[data-error-summary]")?.focus();
}
arrive(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) arrive(event.detail.elt);
});

// --- the menu closes like one expects ----------------------------------------------------------
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
