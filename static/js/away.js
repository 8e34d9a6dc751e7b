// Pages of a signed-in person leave nothing on the screen once they are put away: not in the browser's memory of
// earlier pages, not in a phone's overview of open apps.
const page = document.documentElement;

document.addEventListener("visibilitychange", () => {
  page.toggleAttribute("data-put-away", document.hidden);
});

window.addEventListener("pagehide", () => page.setAttribute("data-put-away", ""));

window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
  else if (!document.hidden) page.removeAttribute("data-put-away");
});
