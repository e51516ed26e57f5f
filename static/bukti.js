// Checks a receipt on the visitor's own device: nothing of it is sent. From here come public files alone: keys, and for
// a link from a QR code the checkpoint and tiles. Formats: C2SP tlog-proof, signed-note, tlog-tiles; RFC 6962.
(() => {
  "use strict";
  const page = document.querySelector("[data-verify]");
  if (!page || !window.crypto?.subtle || !window.fetch) return; // the page tells how to do it by hand
  const find = (name) => page.querySelector(name), every = (name) => page.querySelectorAll(name);
  const utf8 = new TextEncoder(), text = new TextDecoder("utf-8", { fatal: true });
  class Failure extends Error {} // its message is the name of the step
  const fail = (step) => { throw new Failure(step); };

  // -- bytes
  const unbase = (coded) => {
    try {
      const bytes = Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
      if (base(bytes) === coded) return bytes;
    } catch { /* not base64 at all */ }
    return fail("format");
  };
  const base = (bytes) => btoa(String.fromCharCode(...bytes));
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = (one, other) => hex(one) === hex(other);
  const sha = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
  const node = (left, right) => sha(new Uint8Array([1]), left, right);
  const half = (number) => Math.floor(number / 2);

  // -- the tree
  const rootFrom = async (hash, index, size, path) => {
    let last = size - 1;
    if (index > last) fail("inclusion");
    for (const sibling of path) {
      if (!last) fail("inclusion");
      if (index % 2 || index === last) {
        hash = await node(sibling, hash);
        while (index % 2 === 0 && index) { index = half(index); last = half(last); }
      } else hash = await node(hash, sibling);
      index = half(index); last = half(last);
    }
    return last ? fail("inclusion") : hash;
  };
  const below = (count) => { let power = 1; while (power * 2 < count) power *= 2; return power; };
  const inclusion = async (read, index, size) => {
    const perfect = async (start, count) => {
      let level = 0;
      for (; count >= 256; count /= 256, start /= 256) level++;
      let row = await read(level, start, count);
      while (row.length > 1) row = await Promise.all(row.flatMap((left, at) => at % 2 ? [] : [node(left, row[at + 1])]));
      return row[0];
    };
    const range = async (start, stop) => {
      const count = stop - start, left = below(count);
      if (count === left || left * 2 === count) return perfect(start, count);
      return node(await perfect(start, left), await range(start + left, stop));
    };
    const path = [];
    for (let start = 0, stop = size; stop - start > 1;) {
      const middle = start + below(stop - start);
      if (index < middle) { path.unshift(await range(middle, stop)); stop = middle; }
      else { path.unshift(await range(start, middle)); start = middle; }
    }
    return path;
  };

  // -- what is published
  const get = async (address) => {
    const answer = await fetch(page.dataset.root + address).catch(() => fail("network"));
    return answer.ok ? answer.arrayBuffer() : fail("network");
  };
  const tileOf = (log, size) => {
    const tiles = new Map();
    return async (level, start, count) => {
      const number = Math.floor(start / 256), width = Math.min(256, Math.floor(size / 256 ** level) - number * 256);
      let parts = [String(number % 1000).padStart(3, "0")];
      for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
        parts.unshift("x" + String(rest % 1000).padStart(3, "0"));
      }
      const address = `${log}/tile/${level}/${parts.join("/")}${width < 256 ? `.p/${width}` : ""}`;
      if (!tiles.has(address)) tiles.set(address, get(address));
      const bytes = new Uint8Array(await tiles.get(address)), first = start - number * 256;
      return Array.from({ length: count }, (_, at) => bytes.slice((first + at) * 32, (first + at + 1) * 32));
    };
  };

  // -- signatures
  const keysOf = (lines) => lines.trim().split("\n").map((line) => {
    const [, name, id, coded] = /^(\S+?)\+([0-9a-f]{8})\+(\S+)$/.exec(line) || fail("network"), bytes = unbase(coded);
    return { line, name, id, kind: bytes[0], key: bytes.slice(1) };
  });
  const ed25519 = async (key, signature, message) => {
    let made;
    try { made = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]); } catch { /* an older browser */ }
    if (made) return crypto.subtle.verify("Ed25519", made, signature, message);
    const { verifyAsync } = await import(page.dataset.ed25519);
    return verifyAsync(signature, message, key, { zip215: false });
  };
  const opened = async (note, name, keys) => {
    const end = note.lastIndexOf("\n\n"), said = note.slice(0, end + 1), seen = [];
    if (end < 0 || !note.endsWith("\n")) fail("format");
    if (!keys.some((key) => key.name === name)) fail("key");
    let signed = false;
    for (const line of note.slice(end + 2, -1).split("\n")) {
      const [, who, coded] = /^— (\S+) (\S+)$/.exec(line) || fail("format"), bytes = unbase(coded);
      const key = keys.find((each) => each.name === who && each.id === hex(bytes.slice(0, 4)));
      const time = Number("0x" + (hex(bytes.slice(4, 12)) || "0")), own = who === name;
      if (key) {
        const head = key.kind === 4 ? `cosignature/v1\ntime ${time}\n` : "";
        if (!await ed25519(key.key, bytes.slice(key.kind === 4 ? 12 : 4), utf8.encode(head + said))) fail("signature");
      }
      if (own) signed ||= Boolean(key && key.kind === 1);
      else if (bytes.length === 76) seen.push({ who, time, known: Boolean(key) });
    }
    return signed ? { said: said.split("\n"), seen } : fail("signature");
  };
  const checkpointOf = async (note, keys) => {
    const log = note.split("\n")[0], { said, seen } = await opened(note, log, keys);
    return { log, size: Number(said[1]), root: unbase(said[2]), seen };
  };

  // -- receipts
  const leafOf = async ({ salt, payload, day }) => {
    const c = base(await sha(salt, utf8.encode(payload)));
    if (!day) return `{"v":1,"c":"${c}"}`;
    const told = JSON.parse(payload), [app, name = ""] = (told.ent || told.subject.split("/")[0]).split(".");
    return `{"v":1,"app":"${app}","ent":"${name}","op":"${told.op}","d":"${day}","c":"${c}"}`;
  };
  const ofFile = (file) => {
    const [, extra, index, path, note] = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9]\d{0,15})\n((?:\S{44}\n)*)\n([^]+)$/.exec(file) || fail("format");
    const told = JSON.parse(text.decode(unbase(extra)));
    const opening = { salt: unbase(told.salt), payload: told.payload, day: told.day };
    return { opening, index: Number(index), note, path: path.split("\n").filter(Boolean).map(unbase) };
  };
  const ofLink = async (link) => {
    const [index, salt, payload, day] = link.split(".");
    const plain = (part) => {
      const coded = part.replace(/-/g, "+").replace(/_/g, "/");
      return unbase(coded + "=".repeat((4 - coded.length % 4) % 4));
    };
    const opening = { salt: plain(salt), payload: text.decode(plain(payload)), day };
    return { opening, index: Number(index), note: text.decode(await get(`${page.dataset.log}/checkpoint`)) };
  };
  const check = async (given) => {
    const keys = keysOf(text.decode(await get("kunci")));
    find("[data-keys]").textContent = keys.map((key) => key.line).join("\n");
    const name = given.split("@v1\n")[0];
    if (name.endsWith("/janji")) return show("promised", promise((await opened(given, name, keys)).said));
    const read = /^#?\d+\.[\w-]+\.[\w-]+/.test(given) ? await ofLink(given.replace("#", "")) : ofFile(given);
    const tree = await checkpointOf(read.note, keys);
    const path = read.path || await inclusion(tileOf(tree.log.split("/").pop(), tree.size), read.index, tree.size);
    const leaf = await sha(new Uint8Array([0]), utf8.encode(await leafOf(read.opening)));
    if (read.opening.salt.length !== 32 || !same(await rootFrom(leaf, read.index, tree.size, path), tree.root)) fail("inclusion");
    show("proved", { ...tree, index: read.index, payload: read.opening.payload });
  };

  // -- what is shown
  const when = (at) => { // in the province's zone, wherever the reader sits
    const date = new Date(at), { zone: timeZone, zoneName } = page.dataset;
    if (isNaN(date)) return String(at);
    const local = date.toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "medium", timeZone });
    return `${local} ${zoneName} (${date.toISOString().slice(0, 19).replace("T", " ")} UTC)`;
  };
  const promise = (said) => ({ commitment: said[1].slice(11), merged: when(said[3].slice(10)) });
  const list = (name, rows) => find(`[data-list=${name}]`).replaceChildren(...rows.map((row) => {
    const item = document.createElement("li");
    item.textContent = row;
    return item;
  }));
  let data = {};
  const show = (what, told = {}) => {
    for (const box of every("[data-box]")) box.hidden = box.dataset.box !== what;
    for (const why of every("[data-why]")) why.hidden = why.dataset.why !== told.why;
    for (const head of every("[data-head]")) head.hidden = !head.dataset.head.split(" ").includes(told.why);
    data = {};
    if (what === "proved") {
      try { data = JSON.parse(told.payload).data || {}; } catch { /* shown as it is */ }
      const { number, received, text_sha256: hash, files_sha256: files = [] } = data;
      told = { ...told, number, hash, received: received && when(received), files: files.join("\n") };
      const { known, unknown } = find("[data-list=seen]").dataset;
      list("seen", told.seen.map((one) => `${one.who}, ${when(one.time * 1000)}: ${one.known ? known : unknown}`));
      find("[data-alone]").hidden = told.seen.some((one) => one.known);
      list("compared", []);
    }
    for (const place of every("[data-fill]")) {
      const value = told[place.dataset.fill];
      place.textContent = value ?? "";
      const row = place.closest("[data-row]");
      if (row) row.hidden = value === undefined || value === "";
    }
    if (what !== "busy") find(`[data-box=${what}]`).focus();
  };
  const run = async (given) => {
    show("busy");
    try { await check(await given); } catch (error) {
      show("failed", { why: error instanceof Failure ? error.message : "format" });
    }
  };
  const ofPicture = async (file) => {
    const [code] = window.BarcodeDetector ? await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file)) : fail("camera");
    return code ? code.rawValue.split("#")[1] || fail("format") : fail("camera");
  };

  find("[name=file]").addEventListener("change", ({ target: { files: [file] } }) => {
    if (file) run(file.type.startsWith("image/") ? ofPicture(file) : file.text());
  });
  find("[data-paste]").addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = find("[name=text]").value.trim().replace(/\r\n/g, "\n");
    run(pasted.includes("\n") ? `${pasted}\n` : pasted.replace(/^[^#]*#/, ""));
  });
  find("[name=compared]").addEventListener("change", async ({ target }) => {
    const { text: words, file: part, other } = find("[data-list=compared]").dataset, rows = [];
    for (const file of target.files) {
      const found = hex(await sha(file));
      const kept = found === data.text_sha256 ? words : (data.files_sha256 || []).includes(found) ? part : other;
      rows.push(`${file.name}: ${kept}`);
    }
    list("compared", rows);
  });
  page.hidden = false;
  const linked = () => { if (/^#\d+\./.test(location.hash)) run(location.hash); };
  addEventListener("hashchange", linked);
  linked();
})();
