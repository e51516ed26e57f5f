// Asks for hints (similar published cases, personal data) when the typing pauses; the check page has them without this.
(() => {
  "use strict";
  const box = document.querySelector("[data-similar]");
  if (!box || !window.fetch) return;
  const form = box.closest("form");
  let waiting, asked = "", shown = "";
  const ask = async () => {
    const typed = `${form.elements.title.value.trim()} ${form.elements.description.value.trim()}`;
    if (typed.length < 9 || typed === asked) return;
    asked = typed;
    try {
      const answer = await fetch(box.dataset.similar, { method: "POST", body: new FormData(form) });
      const hints = await answer.text();
      if (answer.ok && typed === asked && hints !== shown) box.innerHTML = shown = hints; // what stands is not read out again
    } catch { asked = ""; } // no network just now: the next pause asks again
  };
  ask(); // what was typed before this file came, or on an earlier visit
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 900); });
})();
