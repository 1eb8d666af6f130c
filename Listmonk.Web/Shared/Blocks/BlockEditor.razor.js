// What only the browser can do for the block editor: draw the mail into its frame, find what lies under the pointer, and drag.
//
// The frame runs no scripts and gets no events: an overlay above it catches them and asks the frame's document what is there. That works
// in every browser, keeps links and forms of the mail from acting, and keeps the mail's styles away from this page.

const editors = new WeakMap();
const dragDistance = 5;
const edge = 10;

// Where the canvas is narrower, the mail is scaled down: at its true width a desktop's mail would turn into a phone's.
const desktopWidth = 632;
const phoneWidth = 375;

export function attach(root, component, rootUrl, readOnly) {
  const editor = new Editor(root, component, rootUrl, readOnly);
  editors.set(root, editor);
}

export function detach(root) {
  if (root) editors.get(root)?.stop();
}

export function show(root, html, selected) {
  editors.get(root)?.show(html, selected);
}

// Puts marks around the selected part of a field of the inspector, or a text at its caret, as if it were typed.
export function wrap(root, path, before, after) {
  const area = root.querySelector(`[data-block-field="${CSS.escape(path)}"] :is(textarea, input)`);
  if (!area || area.readOnly || area.disabled) return;
  area.focus();
  const { selectionStart: start, selectionEnd: end } = area;
  const text = before + area.value.slice(start, end) + after;
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (after && start === end) area.setSelectionRange(start + before.length, start + before.length);
}

class Editor {
  constructor(root, component, rootUrl, readOnly) {
    this.root = root;
    this.component = component;
    this.rootUrl = rootUrl.replace(/\/$/, "");
    this.readOnly = readOnly;
    this.selected = null;
    this.scale = 1;
    this.drag = null;
    this.pending = null;
    this.abort = new AbortController();
    const listen = (target, type, handler, options) => target.addEventListener(type, handler, { signal: this.abort.signal, ...options });

    this.stage = root.querySelector(".block-stage");
    this.canvas = root.querySelector(".block-canvas");
    this.scaler = root.querySelector(".block-scale");
    this.frame = root.querySelector(".block-frame");
    this.overlay = root.querySelector(".block-overlay");
    listen(this.frame, "load", () => this.redraw());
    listen(this.overlay, "pointerdown", (event) => this.press(event));
    listen(this.overlay, "pointermove", (event) => this.hover(event));
    listen(this.overlay, "pointerleave", () => this.mark(".block-hover", null));
    listen(this.overlay, "dblclick", () => this.edit());
    listen(this.stage, "keydown", (event) => this.key(event));
    listen(root.querySelector(".block-left"), "pointerdown", (event) => this.pressPreset(event));
    listen(root.querySelector(".block-left"), "click", (event) => { if (this.wasDragged) { event.stopPropagation(); event.preventDefault(); this.wasDragged = false; } }, { capture: true });
    listen(window, "pointermove", (event) => this.move(event));
    listen(window, "pointerup", (event) => this.release(event));
    listen(window, "pointercancel", () => this.cancel());
    listen(window, "keydown", (event) => { if (event.key === "Escape" && this.drag) { event.stopPropagation(); this.cancel(); } }, { capture: true });
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.canvas);
    this.redraw();
  }

  stop() {
    this.abort.abort();
    this.observer.disconnect();
    this.ghost?.remove();
  }

  get mail() {
    return this.frame.contentDocument;
  }

  show(html, selected) {
    const isNewSelection = selected !== this.selected;
    this.selected = selected;
    if (html !== null) {
      this.html = html;
      this.redraw();
    }
    this.fit();
    if (isNewSelection && selected) this.reveal();
  }

  redraw() {
    const mail = this.mail;
    if (!mail?.body || this.html === undefined) return;
    const drawn = new DOMParser().parseFromString(this.html, "text/html");
    // Under another host name than the mails', the library is still here.
    if (this.rootUrl) {
      for (const picture of drawn.querySelectorAll("img[src]")) {
        const source = picture.getAttribute("src");
        if (source.startsWith(`${this.rootUrl}/uploads/`)) picture.setAttribute("src", document.baseURI.replace(/\/$/, "") + source.slice(this.rootUrl.length));
      }
    }
    for (const attribute of ["lang", "dir"]) mail.documentElement.setAttribute(attribute, drawn.documentElement.getAttribute(attribute) ?? "");
    if (mail.head.innerHTML !== drawn.head.innerHTML) mail.head.innerHTML = drawn.head.innerHTML;
    mail.body.setAttribute("style", `${drawn.body.getAttribute("style") ?? ""};overflow:hidden`);
    mail.body.className = drawn.body.className;
    patch(mail.body, drawn.body);
    for (const picture of mail.images) if (!picture.complete) picture.addEventListener("load", () => this.fit(), { once: true });
    this.bodyObserver?.disconnect();
    this.bodyObserver = new ResizeObserver(() => this.fit());
    this.bodyObserver.observe(mail.body);
    this.fit();
  }

  // The frame is as high as the mail, so that one scroll bar, the canvas's, moves mail and marks together.
  fit() {
    const mail = this.mail;
    if (!mail?.body) return;
    const room = this.canvas.clientWidth - 2 * parseFloat(getComputedStyle(this.canvas).paddingLeft);
    if (room <= 0) return;
    const isPhone = this.canvas.classList.contains("phone");
    const width = isPhone ? Math.min(phoneWidth, room) : Math.max(desktopWidth, Math.min(room, 720));
    this.scale = Math.min(1, room / width);
    this.stage.style.width = `${width}px`;
    const height = Math.max(240, mail.body.scrollHeight);
    if (Math.abs(height - this.frame.offsetHeight) > 1) this.frame.style.height = `${height}px`;
    this.stage.style.transform = this.scale < 1 ? `scale(${this.scale})` : "";
    Object.assign(this.scaler.style, { width: `${width * this.scale}px`, height: `${height * this.scale}px` });
    this.mark(".block-selection", this.selected ? this.find(this.selected) : null);
  }

  find(id) {
    return this.mail?.querySelector(`[data-block="${CSS.escape(id)}"]`) ?? null;
  }

  mark(selector, block) {
    const box = this.overlay.querySelector(selector);
    if (!box) return;
    box.hidden = !block;
    if (!block) return;
    const place = block.getBoundingClientRect();
    Object.assign(box.style, { left: `${place.left}px`, top: `${place.top}px`, width: `${place.width}px`, height: `${place.height}px` });
    box.classList.toggle("block-low", place.top < 34);
  }

  reveal() {
    const block = this.find(this.selected);
    if (!block || this.drag) return;
    const place = block.getBoundingClientRect();
    const top = place.top * this.scale + this.scaler.offsetTop - this.canvas.offsetTop;
    if (top < this.canvas.scrollTop + 8 || top + Math.min(place.height * this.scale, 120) > this.canvas.scrollTop + this.canvas.clientHeight) {
      this.canvas.scrollTo({ top: top - 48, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    }
  }

  point(event) {
    const place = this.frame.getBoundingClientRect();
    return { x: (event.clientX - place.left) / this.scale, y: (event.clientY - place.top) / this.scale, inside: event.clientX >= place.left && event.clientX < place.right && event.clientY >= place.top && event.clientY < place.bottom };
  }

  blockAt({ x, y }) {
    return this.mail?.elementFromPoint(x, y)?.closest("[data-block]") ?? null;
  }

  hover(event) {
    if (!this.drag) this.mark(".block-hover", event.target.closest(".block-actions") ? null : this.blockAt(this.point(event)));
  }

  press(event) {
    if (event.button !== 0) return;
    const handle = event.target.closest(".block-handle");
    if (event.target.closest(".block-actions") && !handle) return;
    this.stage.focus({ preventScroll: true });
    const block = handle ? this.find(this.selected) : this.blockAt(this.point(event));
    if (!handle) this.component.invokeMethodAsync("OnSelected", block?.dataset.block ?? null);
    // With a finger the mail scrolls; the handle drags.
    if (block && !this.readOnly && (handle || event.pointerType === "mouse")) {
      event.preventDefault();
      this.pending = { id: block.dataset.block, preset: null, x: event.clientX, y: event.clientY, label: handle ? "" : block.dataset.block };
    }
  }

  pressPreset(event) {
    const button = event.target.closest("[data-preset]");
    this.wasDragged = false;
    if (button && event.button === 0 && !this.readOnly && event.pointerType === "mouse") {
      this.pending = { id: null, preset: button.dataset.preset, x: event.clientX, y: event.clientY };
    }
  }

  move(event) {
    if (this.pending && !this.drag && Math.hypot(event.clientX - this.pending.x, event.clientY - this.pending.y) > dragDistance) {
      this.drag = this.pending;
      this.root.classList.add("block-dragging");
      this.mark(".block-hover", null);
      this.ghost = document.createElement("div");
      this.ghost.className = "block-ghost";
      this.ghost.textContent = this.drag.preset
        ? this.root.querySelector(`[data-preset="${CSS.escape(this.drag.preset)}"]`).textContent.trim()
        : (this.find(this.drag.id)?.innerText.trim().slice(0, 40) || "Block");
      document.body.append(this.ghost);
    }
    if (!this.drag) return;
    event.preventDefault();
    getSelection()?.removeAllRanges();
    this.ghost.style.translate = `${event.clientX + 12}px ${event.clientY + 12}px`;
    this.target = this.place(this.point(event));
    this.line(this.target);
    const canvas = this.canvas.getBoundingClientRect();
    if (event.clientY < canvas.top + 40) this.canvas.scrollBy(0, -12);
    else if (event.clientY > canvas.bottom - 40) this.canvas.scrollBy(0, 12);
  }

  release() {
    const { drag, target } = this;
    this.cancel();
    if (!drag) return;
    this.wasDragged = drag.preset !== null;
    setTimeout(() => { this.wasDragged = false; }, 0);
    if (target) this.component.invokeMethodAsync("OnDropped", drag.preset, drag.id, target.parent, target.column, target.index);
  }

  cancel() {
    this.drag = this.pending = this.target = null;
    this.ghost?.remove();
    this.ghost = null;
    this.root.classList.remove("block-dragging");
    this.line(null);
  }

  // The innermost list under the pointer that may take the block, and the place in it. Near its own edge a block stays closed, so that
  // something can be put before or behind it.
  place(point) {
    if (!point.inside) return null;
    const dragged = this.drag.id ? this.find(this.drag.id) : null;
    let slot = null;
    for (const candidate of this.mail.querySelectorAll("[data-slot]")) {
      if (dragged?.contains(candidate)) continue;
      const place = candidate.getBoundingClientRect();
      const owner = candidate.closest("[data-block]");
      const outer = owner?.getBoundingClientRect();
      const isNearEdge = outer && outer.height > edge * 4 && (point.y < outer.top + edge || point.y > outer.bottom - edge);
      if (!isNearEdge && point.y >= place.top && point.y <= place.bottom && point.x >= place.left && point.x <= place.right) slot = candidate;
    }
    slot ??= this.mail.querySelector("[data-slot]");
    if (!slot) return null;
    const children = [...slot.querySelectorAll("[data-block]")].filter((block) => block.parentElement.closest("[data-slot]") === slot);
    let index = 0;
    let y = null;
    for (const child of children) {
      const place = child.getBoundingClientRect();
      if (point.y < place.top + place.height / 2) {
        y = place.top;
        break;
      }
      index++;
      y = place.bottom;
    }
    const around = slot.getBoundingClientRect();
    return { parent: slot.dataset.slot, column: Number(slot.dataset.column), index, x: around.left, width: around.width, y: y ?? around.top + around.height / 2 };
  }

  line(target) {
    const line = this.overlay.querySelector(".block-drop");
    line.hidden = !target;
    if (target) Object.assign(line.style, { left: `${target.x}px`, top: `${target.y - 2}px`, width: `${target.width}px` });
  }

  key(event) {
    if (event.target.closest(".block-actions") && (event.key === "Enter" || event.key === " ")) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action =
      control && key === "z" ? (event.shiftKey ? "redo" : "undo")
      : control && key === "y" ? "redo"
      : control && key === "d" ? "duplicate"
      : control ? null
      : event.altKey && key === "ArrowUp" ? "up"
      : event.altKey && key === "ArrowDown" ? "down"
      : event.altKey ? null
      : key === "ArrowUp" ? "previous"
      : key === "ArrowDown" ? "next"
      : key === "Delete" || key === "Backspace" ? "delete"
      : key === "Escape" ? "parent"
      : null;
    if (action) {
      event.preventDefault();
      event.stopPropagation();
      this.component.invokeMethodAsync("OnKey", action);
    } else if (key === "Enter" && !control) {
      event.preventDefault();
      this.edit();
    }
  }

  // To the first text of the selected block; on small screens its panel comes forward.
  edit() {
    const tab = this.root.querySelector(".block-tabs");
    if (tab.offsetParent !== null) tab.lastElementChild.click();
    setTimeout(() => this.root.querySelector(".block-right :is(textarea, input[type=text])")?.focus(), 60);
  }
}

// Changes only what differs between two trees: pictures do not flicker and the frame keeps its height while somebody types.
function patch(into, from) {
  const old = [...into.childNodes];
  const fresh = [...from.childNodes];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start].isEqualNode(fresh[start])) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old[old.length - 1 - end].isEqualNode(fresh[fresh.length - 1 - end])) end++;
  const oldRest = old.slice(start, old.length - end);
  const freshRest = fresh.slice(start, fresh.length - end);
  if (oldRest.length === 1 && freshRest.length === 1 && isSameElement(oldRest[0], freshRest[0])) {
    patch(oldRest[0], freshRest[0]);
    return;
  }
  const behind = old[old.length - end] ?? null;
  for (const node of oldRest) node.remove();
  for (const node of freshRest) into.insertBefore(into.ownerDocument.importNode(node, true), behind);
}

function isSameElement(one, other) {
  return one.nodeType === 1 && other.nodeType === 1 && one.cloneNode(false).isEqualNode(other.cloneNode(false)) && one.tagName !== "STYLE";
}
