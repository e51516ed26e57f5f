// Compares a document with its recorded fingerprint on the reader's own device; nothing is sent.
(() => {
  "use strict";
  const box = document.querySelector("[data-compare]");
  if (!box || !window.crypto?.subtle) return; // without it the page tells how to do it by hand
  const [same, other] = [box.querySelector("[data-same]"), box.querySelector("[data-other]")];
  box.hidden = false;
  box.querySelector("input").addEventListener("change", async (event) => {
    same.hidden = other.hidden = true;
    const file = event.target.files[0];
    if (!file) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    (hex === box.dataset.compare ? same : other).hidden = false;
  });
})();
