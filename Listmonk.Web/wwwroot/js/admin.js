// What the admin pages need from the browser itself: its zone and theme, copying, keys, focus. Everything else is Blazor.
(function () {
  "use strict";

  const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const chosenTheme = () => localStorage.getItem("listmonk.theme") || "auto";

  window.listmonk = {
    facts: () => ({
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
      theme: chosenTheme(),
      prefersDark: prefersDark(),
    }),

    // Stores the choice and answers whether the page is dark now.
    setTheme: (mode) => {
      localStorage.setItem("listmonk.theme", mode);
      const dark = mode === "dark" || (mode === "auto" && prefersDark());
      document.documentElement.dataset.theme = dark ? "dark" : "light";
      return dark;
    },

    // Tests and scripts wait for this mark; before it the page does not answer.
    ready: () => { document.body.dataset.interactive = "true"; },

    focusField,

    reveal: (id) => document.getElementById(id)?.scrollIntoView({ block: "nearest" }),

    // Calls the API as the person who is signed in, and shows the answer in the element.
    callApi: async (path, target, method, body) => {
      const element = document.getElementById(target);
      const started = performance.now();
      let status = 0, text;
      try {
        const headers = { Accept: "application/json", ...(body === null ? {} : { "Content-Type": "application/json" }) };
        const answer = await fetch(path, { method, headers, body });
        text = await answer.text();
        status = answer.status;
        if (answer.headers.get("content-type")?.includes("json")) text = JSON.stringify(JSON.parse(text), null, 2);
      } catch (fault) {
        text = String(fault);
      }
      const most = 200000;
      element.textContent = text.length > most ? text.slice(0, most) + "\n…" : text;
      return { status, milliseconds: Math.round(performance.now() - started) };
    },

    closePalette: () => document.getElementById("palette")?.close(),
  };

  function focusField(name) {
    const marked = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const target = marked?.matches("input, textarea, select, button") ? marked : [...(marked?.querySelectorAll("input, textarea, select, iframe, button") ?? [])].find((candidate) => candidate.checkVisibility() && !candidate.closest(".editor-bar"));
    target?.focus();
    (target ?? marked)?.scrollIntoView({ block: "center" });
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The clipboard API needs https; the old way works without.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.dataset.copied = "true";
    setTimeout(() => delete button.dataset.copied, 1500);
  }

  document.addEventListener("click", (event) => {
    // A chosen line of the palette, or the page around it.
    if (event.target.closest("a.palette-option") || event.target.matches("dialog.palette")) document.getElementById("palette").close();
    // On small screens the drawer lies over the page; choosing an entry closes it.
    if (event.target.closest(".nav-link") && matchMedia("(max-width: 959.98px)").matches) document.querySelector(".mud-drawer-overlay--open")?.click();
    const button = event.target.closest("[data-copy], [data-focus-field], [data-open-dialog], [data-reload], [data-reconnect], [data-skip], [data-png]");
    if (!button) return;
    if ("copy" in button.dataset) copy(button);
    else if ("png" in button.dataset) savePicture(button);
    else if ("focusField" in button.dataset) focusField(button.dataset.focusField);
    else if ("openDialog" in button.dataset) document.getElementById(button.dataset.openDialog)?.showModal();
    else if ("reload" in button.dataset) location.reload();
    else if ("reconnect" in button.dataset) reconnect();
    else if ("skip" in button.dataset) { event.preventDefault(); document.getElementById("content")?.focus(); }
  });

  // A chart as a file: its SVG with the colours of the page written into it, under its title and the names of its lines.
  async function savePicture(button) {
    const figure = button.closest("figure");
    const drawing = figure.querySelector("svg");
    const { width, height } = drawing.viewBox.baseVal;
    const copy = drawing.cloneNode(true);
    const originals = drawing.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((element, index) => {
      const style = getComputedStyle(originals[index]);
      for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "display"]) element.style.setProperty(name, style.getPropertyValue(name));
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.style.fontFamily = "sans-serif";
    const picture = new Image();
    picture.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    await picture.decode();

    const [margin, head] = [16, 56];
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * (width + 2 * margin), 2 * (height + head + margin)];
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    const page = getComputedStyle(figure.closest(".panel") ?? document.body);
    pen.fillStyle = page.backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = page.color;
    pen.font = "600 15px sans-serif";
    pen.fillText(figure.getAttribute("aria-label"), margin, 26);
    pen.font = "12px sans-serif";
    let x = margin;
    for (const key of figure.querySelectorAll(".time-chart-key")) {
      pen.fillStyle = getComputedStyle(key.querySelector("i")).backgroundColor;
      pen.fillRect(x, 37, 9, 9);
      pen.fillStyle = page.color;
      const name = key.textContent.replace(/\s+/g, " ").trim();
      pen.fillText(name, x + 14, 46);
      x += 30 + pen.measureText(name).width;
    }
    pen.drawImage(picture, margin, head, width, height);
    const link = document.createElement("a");
    link.download = button.dataset.png + ".png";
    link.href = canvas.toDataURL("image/png");
    link.click();
  }

  async function reconnect() {
    if (!(await window.Blazor?.reconnect?.())) location.reload();
  }

  // Blazor drops what a field reports while the connection is lost. Whatever was typed meanwhile, or in the time that a loss takes to be
  // noticed, is reported once more when it is back; the editors do so by themselves (drafts.js).
  const noticedAfterMilliseconds = 60_000;
  const typed = new Map();
  let lostAt = 0;

  function remember(event) {
    const field = event.target;
    if (!event.isTrusted || !field.matches?.("input:not([type=checkbox], [type=radio], [type=file]), textarea:not(.monaco-editor *), select")) return;
    for (const [other, at] of typed) if (!lostAt && at < Date.now() - noticedAfterMilliseconds) typed.delete(other);
    typed.set(field, Date.now());
  }

  document.addEventListener("input", remember, true);
  document.addEventListener("change", remember, true);
  document.getElementById("components-reconnect-modal")?.addEventListener("components-reconnect-state-changed", ({ detail }) => {
    if (detail.state === "show") lostAt ||= Date.now();
    if (detail.state !== "hide" || !lostAt) return;
    const since = lostAt - noticedAfterMilliseconds;
    lostAt = 0;
    for (const [field, at] of typed) {
      if (at < since || !field.isConnected) continue;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    typed.clear();
  });

  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable=true], .monaco-editor") !== null;

  const press = (selector) => {
    const element = [...document.querySelectorAll(selector)].find((candidate) => candidate.offsetParent !== null && !candidate.disabled);
    element?.click();
    return element !== undefined;
  };

  let goUntil = 0;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    // The palette moves its choice itself; here the caret would move along.
    if (event.target.matches(".palette-input") && /^(ArrowUp|ArrowDown|Enter)$/.test(event.key)) event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "k" && !event.defaultPrevented && !document.querySelector("dialog[open], .mud-dialog")) {
        event.preventDefault();
        document.getElementById("palette")?.showModal();
        return;
      }
      const selector = event.key === "s" ? "[data-shortcut=save]" : event.key === "Enter" ? "[data-shortcut=test]" : null;
      if (selector && document.querySelector(selector)) {
        event.preventDefault();
        // A text field reports its value when it loses focus; without this the last words would miss the save.
        document.activeElement?.dispatchEvent(new Event("change", { bubbles: true }));
        press(selector);
      }
      return;
    }
    if (isTyping(event.target) || document.querySelector("dialog[open], .mud-dialog")) return;

    if (event.timeStamp < goUntil) {
      goUntil = 0;
      if (/^[a-z]$/.test(event.key) && press(`a[data-go="${event.key}"]`)) event.preventDefault();
      return;
    }
    if (event.key === "g") goUntil = event.timeStamp + 1500;
    else if (event.key === "/") {
      const search = document.querySelector("main [data-shortcut=search] input, main input[data-shortcut=search], main input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    else if (event.key === "n") { if (press("[data-shortcut=new], .page-actions .mud-button-filled")) event.preventDefault(); }
    else if (event.key === "?") document.getElementById("shortcuts")?.showModal();
  });
})();
