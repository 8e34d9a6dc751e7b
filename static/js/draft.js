// Unsent words are kept on the server, encrypted, every few seconds: <textarea data-draft-key data-draft-url>.
// Nothing is kept in the browser.
const EVERY_MS = 3000;
const kept = new WeakMap(); // textarea -> { text, saving }

function record(box) {
  if (!kept.has(box)) kept.set(box, { text: box.defaultValue, saving: null });
  return kept.get(box);
}

function say(box, word) {
  const line = box.closest(".field, form")?.querySelector("[data-draft-status]");
  if (line) line.textContent = word ? line.dataset[word] : "";
}

async function save(box, { leaving = false } = {}) {
  const state = record(box);
  const text = box.value;
  if (text === state.text || state.sent) return;
  const body = new URLSearchParams({ key: box.dataset.draftKey, text });
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  state.saving?.abort();
  state.saving = new AbortController();
  try {
    const answer = await fetch(box.dataset.draftUrl, {
      method: "POST",
      body,
      keepalive: leaving && text.length < 15000, // browsers refuse larger bodies that outlive the page
      redirect: "error",
      signal: state.saving.signal,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    state.text = text;
    say(box, "saved");
  } catch (error) {
    if (error.name !== "AbortError") say(box, "failed");
  }
}

const boxes = (root = document) => [...root.querySelectorAll("textarea[data-draft-key][data-draft-url]")];
const saveAll = (options) => boxes().forEach((box) => save(box, options));

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("textarea[data-draft-key]")) return;
  record(event.target).sent = false;
  say(event.target, "");
});

document.addEventListener("submit", (event) => {
  // The form carries the words now. A save still on its way must not bring the draft back afterwards.
  for (const box of boxes(event.target)) {
    const state = record(box);
    state.sent = true;
    state.saving?.abort();
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const root = event.detail.elt;
  if (event.detail.successful || !root?.querySelectorAll) return;
  for (const box of boxes(root)) record(box).sent = false;
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) saveAll({ leaving: true });
});
window.addEventListener("pagehide", () => saveAll({ leaving: true }));
window.addEventListener("pageshow", () => boxes().forEach((box) => (record(box).sent = false)));

boxes().forEach(record);
setInterval(saveAll, EVERY_MS);
