// Asks for similar published cases when the typing pauses; the check page shows them without this too.
(() => {
  "use strict";
  const box = document.querySelector("[data-similar]");
  if (!box || !window.fetch) return;
  const form = box.closest("form");
  let waiting, asked = "";
  const ask = async () => {
    const title = form.elements.title.value.trim();
    if (title.length < 8 || title === asked) return;
    asked = title;
    try {
      const answer = await fetch(box.dataset.similar, { method: "POST", body: new FormData(form) });
      if (answer.ok && title === asked) box.innerHTML = await answer.text();
    } catch { asked = ""; } // no network just now: the next pause asks again
  };
  ask(); // what was typed before this file came, or on an earlier visit
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 700); });
})();
