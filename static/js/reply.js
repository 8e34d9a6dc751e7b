// A reply on its way: <div data-reply data-stream-url data-done-url>. The words are shown as they come, outside any live
// region; at the end the finished entry takes the place of this one, and one sentence is announced.
const POLL_MS = 3000;
const SLOW_POLL_MS = 10000;

function announce(words) {
  const region = document.querySelector("[data-announcer]");
  if (region) region.textContent = words;
}

function watch(entry) {
  const { streamUrl, doneUrl } = entry.dataset;
  const words = entry.querySelector("[data-reply-words]");
  const status = entry.querySelector("[data-reply-status]");
  let stream = null;
  let timer = null;
  let asking = false;

  const show = (state) => {
    entry.dataset.replyState = state;
    if (status) status.textContent = status.dataset[state] ?? "";
  };

  const finish = (html) => {
    stream?.close();
    clearTimeout(timer);
    const template = document.createElement("template");
    template.innerHTML = html;
    const arrived = [...template.content.children];
    entry.replaceWith(template.content);
    arrived.forEach((element) => window.htmx?.process(element));
    announce(entry.dataset.announce ?? "");
    document.dispatchEvent(new CustomEvent("beheard:answered"));
  };

  const poll = (after) => {
    clearTimeout(timer);
    timer = setTimeout(ask, after);
  };

  // 204: not yet. 200: the finished entry. Anything else: ask again later; the words are safe on the server.
  async function ask() {
    if (asking || !entry.isConnected) return;
    asking = true;
    try {
      const answer = await fetch(doneUrl, { headers: { "HX-Request": "true" }, redirect: "error", cache: "no-store" });
      if (answer.status === 200) return finish(await answer.text());
      poll(answer.ok ? POLL_MS : SLOW_POLL_MS);
    } catch {
      poll(SLOW_POLL_MS);
    } finally {
      asking = false;
    }
  }

  function open() {
    stream = new EventSource(streamUrl);
    stream.addEventListener("chunk", (event) => {
      show("writing");
      words.append(JSON.parse(event.data).text);
    });
    stream.addEventListener("restart", () => {
      words.replaceChildren();
      show("waiting");
    });
    stream.addEventListener("done", () => {
      stream.close();
      ask();
    });
    stream.addEventListener("failed", () => {
      stream.close();
      show("failed");
      poll(SLOW_POLL_MS);
    });
    // The browser reconnects by itself with Last-Event-ID. A stream that is closed for good is replaced by asking.
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) poll(POLL_MS);
      else poll(SLOW_POLL_MS);
    });
    stream.addEventListener("open", () => clearTimeout(timer));
  }

  if (streamUrl && "EventSource" in window) open();
  else poll(POLL_MS);
  window.addEventListener("pagehide", () => stream?.close());
}

function find(root) {
  const entries = [...root.querySelectorAll("[data-reply]")];
  if (root.matches?.("[data-reply]")) entries.push(root);
  for (const entry of entries) {
    if (entry.dataset.watched) continue;
    entry.dataset.watched = "yes";
    watch(entry);
  }
}

find(document);
document.addEventListener("htmx:load", (event) => find(event.detail.elt));
