// The test before sending: begins when the page opens, in a thread of its own, so that it is done before the reader is.
// Without this file the case is taken all the same and looked at first. The same file is the page's part and the thread's.
(() => {
  "use strict";
  if (typeof document === "undefined") {
    const bytes = (text) => new TextEncoder().encode(text);
    const hex = (bits) => Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, "0")).join("");
    self.onmessage = async ({ data: { token, wanted, most, iterations } }) => {
      const key = await crypto.subtle.importKey("raw", bytes(token), "PBKDF2", false, ["deriveBits"]);
      for (let number = 0; number < most; number++) {
        const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(String(number)), iterations };
        if (hex(await crypto.subtle.deriveBits(how, key, 256)) === wanted) return self.postMessage(number);
      }
    };
    return;
  }
  const form = document.querySelector("form[data-work]");
  if (!form || !window.Worker || !window.crypto?.subtle) return;
  const { token, challenge, solution } = form.elements;
  let ready = false, pressed = false;
  const done = () => { ready = true; if (pressed) form.submit(); };
  const worker = new Worker(document.currentScript.src);
  worker.onmessage = ({ data }) => { challenge.value = form.dataset.work; solution.value = data; done(); };
  worker.onerror = done;
  const { most, iterations } = form.dataset;
  const wanted = form.dataset.work.split(":")[0];
  worker.postMessage({ token: token.value, wanted, most: Number(most), iterations: Number(iterations) });
  form.addEventListener("submit", (event) => {
    if (ready || pressed) return;
    event.preventDefault();
    pressed = true;
    const wait = form.querySelector("[data-wait]");
    wait.textContent = wait.dataset.wait;
    setTimeout(() => { if (!ready) done(); }, 15000); // too slow a device: sent without
  });
})();
