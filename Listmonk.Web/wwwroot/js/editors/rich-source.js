// A mail's HTML in a form that a browser may edit, and back. Three things would not survive a browser's parser and are set aside:
// expressions in text (shown as chips), expressions in attribute values, and what may not stand between the rows of a table.
// The document around the body (doctype, head) is kept word for word and never enters the page.

const chipClass = "lm-chip";
const encode = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

// The end of an expression that starts at `at`: behind the first }} outside of a text literal or comment; -1 when it is not closed.
export function expressionEnd(text, at) {
  let index = at + 2;
  if (/^-?\s*\/\*/.test(text.slice(index, index + 4))) {
    const comment = text.indexOf("*/", index);
    if (comment > 0) index = comment;
  }
  let quote = "";
  for (; index < text.length; index++) {
    const c = text[index];
    if (quote) {
      if (c === "\\" && quote !== "`") index++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "`") quote = c;
    else if (c === "}" && text[index + 1] === "}") return index + 2;
  }
  return -1;
}

export class RichSource {
  #prefix = "";
  #suffix = "";
  #inAttributes = [];

  // The styles of the document's head, for the look of the editing surface.
  styles = "";

  chip(code) {
    return `<span class="${chipClass}" contenteditable="false" data-code="${encode(code)}">${encode(code.replace(/^\{\{-?\s*|\s*-?\}\}$/g, ""))}</span>`;
  }

  // An attribute's value as the page holds it, and as it stands in the source.
  hide(value) {
    return value.replace(/\{\{[\s\S]*?\}\}/g, (code) => this.#mark(code));
  }

  show(value) {
    return value.replace(/lm-x(\d+)-/g, (mark, index) => this.#inAttributes[index] ?? mark);
  }

  #mark(code) {
    let index = this.#inAttributes.indexOf(code);
    if (index < 0) index = this.#inAttributes.push(code) - 1;
    return `lm-x${index}-`;
  }

  // HTML for the editing surface.
  open(source) {
    const body = /^([\s\S]*?<body\b[^>]*>)([\s\S]*?)(<\/body\s*>[\s\S]*)$/i.exec(source);
    [this.#prefix, this.#suffix] = body ? [body[1], body[3]] : ["", ""];
    this.styles = [...this.#prefix.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi)].map((style) => style[1]).join("\n");
    return this.#protect(body ? body[2] : source);
  }

  #protect(html) {
    let result = "";
    let at = 0;
    // What encloses the place: inside a table but outside of its cells a browser moves text away.
    const tables = [];
    while (at < html.length) {
      if (html.startsWith("{{", at)) {
        const end = expressionEnd(html, at);
        if (end > 0) {
          const code = html.slice(at, end);
          result += tables.at(-1) === "rows" ? `<!--lm:${encodeURIComponent(code)}-->` : this.chip(code);
          at = end;
          continue;
        }
      }
      if (html.startsWith("<!--", at)) {
        const end = html.indexOf("-->", at + 4);
        const next = end < 0 ? html.length : end + 3;
        result += html.slice(at, next);
        at = next;
      } else if (html.startsWith("<!", at) || html.startsWith("<?", at)) {
        const end = html.indexOf(">", at);
        const next = end < 0 ? html.length : end + 1;
        result += `<!--lm:${encodeURIComponent(html.slice(at, next))}-->`;
        at = next;
      } else if (/^<\/?[a-z]/i.test(html.slice(at, at + 3))) {
        const tag = this.#tag(html, at);
        // A browser adds <tbody> to tables without; only those of the source go back into it.
        result += tag.name === "tbody" && !tag.isEnd ? tag.text.replace(/^<tbody/i, "<tbody data-lm-own") : tag.text;
        at = tag.end;
        if (tag.name === "table") tag.isEnd ? tables.pop() : tables.push("rows");
        else if (tables.length && /^(td|th|caption)$/.test(tag.name)) tables[tables.length - 1] = tag.isEnd ? "rows" : "cell";
        if (!tag.isEnd && /^(style|script|textarea|title)$/.test(tag.name)) {
          const close = html.toLowerCase().indexOf(`</${tag.name}`, at);
          const next = close < 0 ? html.length : close;
          const inner = html.slice(at, next);
          result += tag.name === "script" ? "" : inner;
          at = next;
        }
      } else {
        result += html[at++];
      }
    }
    return result;
  }

  #tag(html, at) {
    const isEnd = html[at + 1] === "/";
    const name = /^<\/?([a-z][a-z0-9:-]*)/i.exec(html.slice(at, at + 40))[1].toLowerCase();
    let text = "";
    let quote = "";
    let index = at;
    for (; index < html.length; index++) {
      const c = html[index];
      if (c === "{" && html[index + 1] === "{") {
        const end = expressionEnd(html, index);
        if (end > 0) {
          text += this.#mark(html.slice(index, end));
          index = end - 1;
          continue;
        }
      }
      text += c;
      if (quote) {
        if (c === quote) quote = "";
      } else if (c === '"' || c === "'") quote = c;
      else if (c === ">") {
        index++;
        break;
      }
    }
    return { name, isEnd, text, end: index };
  }

  // The source for what the editing surface holds now.
  close(body) {
    const copy = body.cloneNode(true);
    const codes = [];
    for (const chip of copy.querySelectorAll(`.${chipClass}`)) {
      codes.push(chip.dataset.code);
      chip.replaceWith(`\uE000${codes.length - 1}\uE001`);
    }
    for (const section of copy.querySelectorAll("tbody")) {
      if ("lmOwn" in section.dataset) section.removeAttribute("data-lm-own");
      else if (!section.attributes.length) section.replaceWith(...section.childNodes);
    }
    const html = copy.innerHTML
      // Expressions typed as text: the page encodes what is code.
      .replace(/\{\{[^<]*?\}\}/g, (code) => code.replace(/&nbsp;/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&"))
      .replace(/<!--lm:(.*?)-->/g, (_, code) => decodeURIComponent(code))
      .replace(/\uE000(\d+)\uE001/g, (_, index) => codes[index]);
    return this.#prefix + this.show(html) + this.#suffix;
  }
}
