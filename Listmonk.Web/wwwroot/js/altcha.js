// <altcha-widget challengeurl="…">: works out the puzzle of ALTCHA's first protocol (https://altcha.org/docs/v1) and leaves the answer in
// the form as the field `altcha`. Plain script, no dependencies, also on pages of other sites. Loaded as a worker, it only calculates.
// Attributes: auto="onfocus" begins with the first key or click in the form; data-label, data-checking, data-checked, data-failed hold its texts.
(() => {
  "use strict";

  // SHA-256 (FIPS 180-4) by hand: WebCrypto is missing on plain http, and its promise for each number costs more than the hash itself.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n);
  const fraction = root => ((root - Math.floor(root)) * 0x100000000) | 0;
  const constants = Int32Array.from(primes, p => fraction(Math.cbrt(p)));
  const initial = Int32Array.from(primes.slice(0, 8), p => fraction(Math.sqrt(p)));
  const schedule = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function hash(bytes) {
    const state = Int32Array.from(initial);
    const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    for (let block = 0; block < padded.length; block += 64) {
      for (let i = 0; i < 16; i++) schedule[i] = view.getInt32(block + i * 4);
      for (let i = 16; i < 64; i++) {
        const x = schedule[i - 15], y = schedule[i - 2];
        schedule[i] = (schedule[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + schedule[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + schedule[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
    }
    return state;
  }

  // The number between `from` and `to` (exclusive) whose digits after the salt have the hash; -1 when there is none.
  function search(salt, challenge, from, to) {
    const wanted = Int32Array.from(challenge.match(/.{8}/g) || [], word => parseInt(word, 16));
    const encoder = new TextEncoder();
    for (let number = from; number < to; number++) {
      const found = hash(encoder.encode(salt + number));
      if (found[0] === wanted[0] && found.every((word, i) => word === wanted[i])) return number;
    }
    return -1;
  }

  if (typeof document === "undefined") {
    self.onmessage = ({ data }) => self.postMessage(search(data.salt, data.challenge, 0, data.most + 1));
    return;
  }

  if (customElements.get("altcha-widget")) return;

  const script = (document.currentScript || document.querySelector('script[src*="altcha"]'))?.src || "";
  const slice = 2000;
  // The server accepts an answer for five minutes; the person needs some of it to send the form.
  const freshFor = 4 * 60 * 1000;
  const english = { label: "I am not a robot", checking: "Checking…", checked: "Checked", failed: "The check failed. Tick the box to try again." };

  function startWorker() {
    if (!script) throw new Error("The script's own address is not known.");
    if (new URL(script).origin === location.origin) return new Worker(script);
    const url = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)})`], { type: "text/javascript" }));
    try { return new Worker(url); } finally { setTimeout(() => URL.revokeObjectURL(url), 10000); }
  }

  function searchInWorker(puzzle) {
    return new Promise((resolve, reject) => {
      const worker = startWorker();
      worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
      worker.onerror = event => { event.preventDefault(); worker.terminate(); reject(new Error("The worker could not be loaded.")); };
      worker.postMessage(puzzle);
    });
  }

  // Where a site's policy forbids workers: in small slices, so that the page stays usable.
  async function searchInSlices({ salt, challenge, most }) {
    for (let from = 0; from <= most; from += slice) {
      const number = search(salt, challenge, from, Math.min(from + slice, most + 1));
      if (number >= 0) return number;
      await new Promise(resolve => setTimeout(resolve));
    }
    return -1;
  }

  async function solve(url) {
    const response = await fetch(url, { cache: "no-store", credentials: "omit" });
    if (!response.ok) throw new Error(`The challenge could not be had: ${response.status}`);
    const { algorithm, challenge, salt, signature, maxNumber, maxnumber } = await response.json();
    if (algorithm !== "SHA-256") throw new Error(`The algorithm ${algorithm} is not known.`);
    const puzzle = { salt, challenge, most: maxNumber ?? maxnumber ?? 1e6 };
    const begun = performance.now();
    const number = await searchInWorker(puzzle).catch(() => searchInSlices(puzzle));
    if (number < 0) throw new Error("No number solves the challenge.");
    return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature, took: Math.round(performance.now() - begun) }));
  }

  customElements.define("altcha-widget", class extends HTMLElement {
    #box; #answer; #status; #form; #running; #isSpent = false; #solvedAt = -Infinity;

    connectedCallback() {
      if (!this.#box) this.#build();
      this.#form = this.closest("form");
      // Before any other listener, so that none sends a form that has no answer yet.
      this.#form?.addEventListener("submit", this.#onSubmit, true);
      window.addEventListener("pageshow", this.#onShown);
      if (this.getAttribute("auto") === "onfocus") {
        this.#form?.addEventListener("input", this.#begin);
        this.#form?.addEventListener("focusin", this.#begin);
      }
    }

    disconnectedCallback() {
      this.#form?.removeEventListener("submit", this.#onSubmit, true);
      window.removeEventListener("pageshow", this.#onShown);
      this.#form?.removeEventListener("input", this.#begin);
      this.#form?.removeEventListener("focusin", this.#begin);
    }

    #text(name) { return this.dataset[name] || english[name]; }

    #build() {
      const label = document.createElement("label");
      label.className = "check";
      this.#box = Object.assign(document.createElement("input"), { type: "checkbox", required: true });
      const words = document.createElement("span");
      words.textContent = this.#text("label");
      label.append(this.#box, words);
      this.#status = Object.assign(document.createElement("span"), { className: "hint" });
      this.#status.setAttribute("role", "status");
      this.#answer = Object.assign(document.createElement("input"), { type: "hidden", name: this.getAttribute("name") || "altcha" });
      this.replaceChildren(label, this.#status, this.#answer);
      this.#box.addEventListener("change", () => {
        if (this.#running) this.#box.checked = true;
        else if (this.#box.checked) this.#run();
        else this.#forget("");
      });
    }

    // Never again by itself once it has failed: each key would ask the server anew.
    #begin = () => { if (!this.#running && !this.#isFresh && this.dataset.state !== "failed") this.#run(); };

    // A form that is sent too early, or too late, waits for its answer and is then sent.
    #onSubmit = event => {
      if (this.#isFresh) {
        // An answer serves once. The page may live on: by the Back button, or when the form opens another window.
        setTimeout(() => { if (!event.defaultPrevented) this.#spend(); });
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      this.#run().then(isSolved => { if (isSolved) this.#form?.requestSubmit(submitter); });
    };

    // The browser's Back button can bring the page back as it was.
    #onShown = event => { if (event.persisted && this.#isSpent) this.#run(); };

    #spend() {
      this.#isSpent = true;
      this.#solvedAt = -Infinity;
      this.#answer.value = "";
    }

    get #isFresh() { return performance.now() - this.#solvedAt < freshFor; }

    #forget(text) {
      this.#solvedAt = -Infinity;
      this.#answer.value = "";
      this.#status.textContent = text;
    }

    #run() {
      return this.#running ??= this.#solve().finally(() => { this.#running = null; });
    }

    async #solve() {
      this.#forget(this.#text("checking"));
      this.#isSpent = false;
      this.#box.checked = true;
      this.dataset.state = "checking";
      const begun = performance.now();
      try {
        this.#answer.value = await solve(this.getAttribute("challengeurl"));
        this.#solvedAt = begun;
        this.#status.textContent = this.#text("checked");
        this.dataset.state = "checked";
        return true;
      } catch (error) {
        console.warn("altcha-widget:", error);
        this.#box.checked = false;
        this.#forget(this.#text("failed"));
        this.dataset.state = "failed";
        return false;
      }
    }
  });
})();
