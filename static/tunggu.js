// Fetches the receipt as soon as the log holds the filing; without this file it is there when the page is loaded again.
(() => {
  "use strict";
  const box = document.querySelector("[data-evidence]"), waits = [2, 3, 5, 10, 20, 25, 60, 120];
  if (!box || !window.fetch) return;
  const look = async () => {
    const form = box.querySelector("form[data-waiting]");
    if (!form) return;
    const body = new FormData(form);
    body.set("what", "box");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const html = answer.ok ? await answer.text() : "";
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-evidence]");
      if (fresh && !fresh.querySelector("[data-waiting]")) box.innerHTML = fresh.innerHTML;
    } catch { /* no network just now */ }
    wait();
  };
  const wait = () => { if (waits.length) setTimeout(look, 1000 * waits.shift()); };
  wait();
})();
