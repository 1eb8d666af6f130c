// Rich text in a frame of its own: the mail's styles stay out of the page and the page's out of the mail. The frame's policy forbids scripts;
// the browser's own editing commands keep the undo history.

import { reporter } from "../../js/editors/drafts.js";
import { RichSource } from "../../js/editors/rich-source.js";

const surfaceStyle = `
  html { color-scheme: light; background: #fff; }
  body { margin: 0; padding: 12px 16px; min-height: calc(100vh - 24px); box-sizing: border-box; color: #1b2130; font: 16px/1.5 system-ui, sans-serif; outline: none; overflow-wrap: anywhere; }
  img { max-width: 100%; height: auto; }
  .lm-chip { display: inline-block; max-width: 100%; padding: 0 6px; border-radius: 4px; background: #efe6f7; color: #5b2d7d; font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; cursor: default; overflow-wrap: anywhere; }
  table:not([role=presentation]) td, table:not([role=presentation]) th { min-width: 24px; }
  td:empty::after { content: "\\00a0"; }
`;

export async function attach(host, component, options) {
  const frame = host.querySelector("iframe");
  const bar = host.querySelector(".editor-bar");
  const words = host.querySelector(".rich-words");
  await loaded(frame);
  const page = frame.contentDocument;
  const body = page.body;
  let source = new RichSource();
  // As it came: without a change of the person, not a byte changes.
  let untouched = null;
  let savedRange = null;

  const read = () => untouched ?? source.close(body);
  const reports = reporter(component, read, options.draftKey, options.text);

  function open(text) {
    source = new RichSource();
    untouched = text;
    const html = source.open(text);
    page.head.querySelector("style[data-mail]").textContent = source.styles;
    body.innerHTML = html;
    count();
  }

  function count() {
    const number = (body.innerText.match(/\S+/g) ?? []).length;
    words.textContent = `${number.toLocaleString("en")} ${number === 1 ? "word" : "words"}`;
  }

  page.head.querySelector("style[data-surface]").textContent = surfaceStyle;
  open(options.text);
  body.contentEditable = String(!options.readOnly);
  body.setAttribute("aria-label", options.label);
  body.setAttribute("role", "textbox");
  body.setAttribute("aria-multiline", "true");
  page.execCommand("defaultParagraphSeparator", false, "p");

  body.addEventListener("input", () => {
    untouched = null;
    count();
    reports.typed();
  });
  body.addEventListener("blur", () => {
    saveRange();
    reports.report();
  });
  page.addEventListener("selectionchange", () => {
    const selection = page.getSelection();
    if (selection.rangeCount) {
      // Nothing can be written inside a chip: the cursor stands behind it.
      const chip = selection.isCollapsed ? closest(".lm-chip") : null;
      if (chip) {
        selection.setPosition(chip.parentNode, [...chip.parentNode.childNodes].indexOf(chip) + 1);
        return;
      }
      saveRange();
    }
    showState();
  });
  body.addEventListener("keydown", keys);
  body.addEventListener("paste", paste);
  body.addEventListener("click", (event) => { if (event.target.closest("a")) event.preventDefault(); });
  body.addEventListener("dblclick", (event) => {
    if (event.target.nodeName === "IMG" && !options.readOnly) run("picture", event.target);
  });
  bar?.addEventListener("mousedown", (event) => { if (event.target.closest("[data-command]:not(select, input)")) event.preventDefault(); });
  bar?.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-command]");
    if (button && !button.disabled) run(button.dataset.command, button.dataset.value);
  });
  bar?.addEventListener("change", (event) => {
    const input = event.target.closest("select[data-command], input[data-command]");
    if (!input) return;
    run(input.dataset.command, input.value);
    if (input.matches("select")) input.selectedIndex = 0;
  });
  reports.report();
  host.dataset.ready = "true";

  function keys(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "k") {
      event.preventDefault();
      run("link");
    } else if (key === "s" || event.key === "Enter") {
      // The page's own keys do not reach it from inside a frame.
      event.preventDefault();
      document.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, ctrlKey: true, bubbles: true, cancelable: true }));
    } else if ("bi".includes(key) || key === "u") {
      event.preventDefault();
      run({ b: "bold", i: "italic", u: "underline" }[key]);
    }
  }

  function saveRange() {
    const selection = page.getSelection();
    if (selection.rangeCount && body.contains(selection.anchorNode)) savedRange = selection.getRangeAt(0).cloneRange();
  }

  // Back to where the person was before a dialog or the bar took the focus. While the text has it, the cursor is right as it stands:
  // the saved range follows by an event and lags behind fast typing.
  function focus() {
    if (page.hasFocus()) return;
    body.focus();
    if (savedRange && body.contains(savedRange.startContainer)) {
      const selection = page.getSelection();
      selection.removeAllRanges();
      selection.addRange(savedRange);
    }
  }

  const command = (name, value) => page.execCommand(name, false, value);
  const insert = (html) => { focus(); command("insertHTML", html); };
  const closest = (selector) => {
    const node = page.getSelection().anchorNode;
    return (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest(selector) ?? null;
  };

  // Replacing a node by a command keeps the change in the undo history, which changing the tree would not.
  function replaceNode(node, html) {
    const range = page.createRange();
    range.selectNode(node);
    const selection = page.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    command("insertHTML", html);
  }

  function run(name, value) {
    if (options.readOnly) return;
    focus();
    switch (name) {
      case "block": command("formatBlock", value); break;
      case "color": command("styleWithCSS", true); command("foreColor", value); command("styleWithCSS", false); break;
      case "background": command("styleWithCSS", true); command("hiliteColor", value); command("styleWithCSS", false); break;
      case "size": size(value); break;
      case "font": command("styleWithCSS", true); command("fontName", value); command("styleWithCSS", false); break;
      case "justifyLeft": case "justifyCenter": case "justifyRight": command("styleWithCSS", true); command(name); command("styleWithCSS", false); break;
      case "table": changeTable(value); break;
      case "unlink": unlink(); break;
      case "link": {
        const link = closest("a");
        const selected = link ? link.textContent : page.getSelection().toString();
        component.invokeMethodAsync("OnLinkAsked", link ? source.show(link.getAttribute("href") ?? "") : "", selected.slice(0, 2000));
        return;
      }
      case "picture": {
        const image = value?.nodeName === "IMG" ? value : null;
        if (image) {
          const range = page.createRange();
          range.selectNode(image);
          page.getSelection().removeAllRanges();
          page.getSelection().addRange(range);
          savedRange = range;
        }
        component.invokeMethodAsync("OnPictureAsked", image && { address: source.show(image.getAttribute("src") ?? ""), text: image.alt, width: Number(image.getAttribute("width")) || null, isEmbedded: "embed" in image.dataset });
        return;
      }
      default: command(name); break;
    }
    changed();
  }

  function changed() {
    untouched = null;
    reports.typed();
    showState();
  }

  function size(pixels) {
    command("styleWithCSS", false);
    command("fontSize", "7");
    for (const font of body.querySelectorAll("font[size='7']")) {
      const span = page.createElement("span");
      span.style.fontSize = `${pixels}px`;
      span.append(...font.childNodes);
      font.replaceWith(span);
    }
  }

  function unlink() {
    const link = closest("a");
    if (link && page.getSelection().isCollapsed) {
      const range = page.createRange();
      range.selectNodeContents(link);
      page.getSelection().removeAllRanges();
      page.getSelection().addRange(range);
    }
    command("unlink");
  }

  function changeTable(action) {
    const cellStyle = "border: 1px solid #c8ced8; padding: 6px 8px; text-align: left; vertical-align: top";
    if (action === "new") {
      const row = (cell) => `<tr>${`<${cell} style="${cellStyle}"><br></${cell}>`.repeat(3)}</tr>`;
      command("insertHTML", `<table style="border-collapse: collapse; width: 100%"><thead>${row("th")}</thead><tbody data-lm-own>${row("td")}${row("td")}</tbody></table><p><br></p>`);
      return;
    }
    const cell = closest("td, th");
    const table = cell?.closest("table");
    if (!table) return;
    const rowIndex = cell.parentElement.rowIndex;
    const cellIndex = cell.cellIndex;
    const copy = table.cloneNode(true);
    const blank = (from) => {
      const fresh = from.cloneNode(false);
      fresh.innerHTML = "<br>";
      return fresh;
    };
    switch (action) {
      case "row": {
        const row = copy.rows[rowIndex];
        const fresh = row.cloneNode(false);
        for (const from of row.cells) {
          const into = blank(from);
          fresh.append(into);
        }
        if (row.parentElement.nodeName === "THEAD" && copy.tBodies.length) {
          copy.tBodies[0].prepend(fresh);
          for (const head of [...fresh.cells]) {
            const plain = page.createElement("td");
            plain.setAttribute("style", head.getAttribute("style") ?? "");
            plain.innerHTML = "<br>";
            head.replaceWith(plain);
          }
        } else row.after(fresh);
        break;
      }
      case "column": for (const row of copy.rows) { const from = row.cells[Math.min(cellIndex, row.cells.length - 1)]; from?.after(blank(from)); } break;
      case "dropRow": copy.deleteRow(rowIndex); break;
      case "dropColumn": for (const row of copy.rows) if (row.cells[cellIndex]) row.deleteCell(cellIndex); break;
      case "drop": replaceNode(table, "<p><br></p>"); return;
    }
    const place = [...body.querySelectorAll("table")].indexOf(table);
    replaceNode(table, copy.rows.length && copy.rows[0].cells.length ? copy.outerHTML : "<p><br></p>");
    const rows = body.querySelectorAll("table")[place]?.rows;
    const row = rows?.[Math.min(rowIndex, rows.length - 1)];
    if (row?.cells.length) page.getSelection().setPosition(row.cells[Math.min(cellIndex, row.cells.length - 1)], 0);
  }

  // What office programs and web pages put on the clipboard, without their scripts, classes and private elements.
  function paste(event) {
    const html = event.clipboardData.getData("text/html");
    if (!html || options.readOnly) return;
    event.preventDefault();
    const pasted = new DOMParser().parseFromString(html, "text/html");
    for (const node of pasted.querySelectorAll("script, style, meta, link, title, object, embed, iframe, xml, img[src^='data:'], img[src^='file:'], img[src^='blob:']")) node.remove();
    for (const node of [...pasted.body.querySelectorAll("*")]) {
      if (node.nodeName.includes(":")) { node.replaceWith(...node.childNodes); continue; }
      if (node.classList.contains("lm-chip")) continue;
      for (const attribute of [...node.attributes]) {
        const isOffice = attribute.name === "style" && /mso-/.test(attribute.value);
        const isActive = /^on/.test(attribute.name) || (/^(href|src)$/.test(attribute.name) && /^\s*(javascript|data):/i.test(attribute.value));
        if (isOffice || isActive || /^(class|id|lang|dir|data-.*|contenteditable)$/.test(attribute.name)) node.removeAttribute(attribute.name);
      }
    }
    const comments = pasted.createTreeWalker(pasted.body, NodeFilter.SHOW_COMMENT);
    const found = [];
    while (comments.nextNode()) found.push(comments.currentNode);
    for (const comment of found) comment.remove();
    command("insertHTML", pasted.body.innerHTML);
  }

  function showState() {
    if (!bar) return;
    for (const button of bar.querySelectorAll("button[data-state]")) {
      let isOn = false;
      try { isOn = page.queryCommandState(button.dataset.command); } catch { /* not every command has a state */ }
      button.setAttribute("aria-pressed", isOn);
    }
    for (const option of bar.querySelectorAll("[data-in-table]")) option.disabled = !closest("td, th");
  }

  return {
    read() {
      const text = read();
      reports.known(text);
      return new TextEncoder().encode(text);
    },
    write(text) {
      open(text);
      reports.known(text);
    },
    insertField(code) {
      insert(source.chip(code));
      changed();
    },
    setLink(address, text) {
      focus();
      const href = source.hide(address);
      const link = closest("a");
      const escaped = (value) => value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
      if (address === "") unlink();
      else if (link) {
        const copy = link.cloneNode(true);
        copy.setAttribute("href", href);
        if (text && text !== link.textContent) copy.textContent = text;
        replaceNode(link, copy.outerHTML);
      } else if (page.getSelection().isCollapsed || (text && text !== page.getSelection().toString())) insert(`<a href="${escaped(href)}">${escaped(text || address)}</a>`);
      else command("createLink", href);
      changed();
    },
    insertHtml(html) {
      insert(html);
      changed();
    },
    dispose: reports.close,
  };
}

function loaded(frame) {
  const isReady = () => frame.contentDocument?.readyState === "complete" && frame.contentDocument.head.querySelector("style[data-surface]");
  return new Promise((resolve) => {
    if (isReady()) resolve();
    else frame.addEventListener("load", resolve, { once: true });
  });
}
