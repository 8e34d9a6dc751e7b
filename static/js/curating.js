// While a curator writes: what the library has already that sounds like it. Without this script it shows after saving.
document.addEventListener("DOMContentLoaded", () => {
  const source = document.getElementById("alike-source");
  const shown = document.getElementById("alike");
  if (!source || !shown) return;
  const names = ["title", "description", "plain", "situation", "cues"];
  const form = source.closest("form");
  let waiting = 0;
  const look = async () => {
    const body = new FormData();
    for (const name of names) body.append(name, form.elements[name]?.value ?? "");
    body.append("this", source.dataset.this);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(source.dataset.url, { method: "POST", body }).catch(() => null);
    if (answer?.ok) shown.innerHTML = await answer.text();
  };
  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 700);
  });
});
