// Indents HTML by its nesting. Only white space between the tags of blocks changes, where no mail program shows it: text, the contents of
// cells, expressions, comments, styles and preformatted text stay letter by letter.

import { expressionEnd } from "./rich-source.js";

const blocks = new Set("html head body meta link title style table thead tbody tfoot tr td th caption colgroup col div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote section article header footer main nav center hr form".split(" "));
const empty = new Set("meta link col hr br img input area base embed source track wbr".split(" "));
const verbatim = new Set("pre textarea script style title".split(" "));

function* tokens(html) {
  let at = 0;
  let text = "";
  const flush = function* () {
    if (text) yield { kind: "text", text };
    text = "";
  };
  while (at < html.length) {
    let end = -1;
    if (html.startsWith("{{", at)) {
      end = expressionEnd(html, at);
      if (end > 0) {
        text += html.slice(at, end);
        at = end;
        continue;
      }
    }
    if (html.startsWith("<!--", at)) {
      const close = html.indexOf("-->", at);
      end = close < 0 ? html.length : close + 3;
      yield* flush();
      yield { kind: "comment", text: html.slice(at, end) };
    } else if (html.startsWith("<!", at)) {
      const close = html.indexOf(">", at);
      end = close < 0 ? html.length : close + 1;
      yield* flush();
      yield { kind: "comment", text: html.slice(at, end) };
    } else if (/^<\/?[a-z]/i.test(html.slice(at, at + 3))) {
      end = tagEnd(html, at);
      const name = /^<\/?([\w:-]+)/.exec(html.slice(at, end))[1].toLowerCase();
      const isEnd = html[at + 1] === "/";
      if (!isEnd && verbatim.has(name)) {
        const close = new RegExp(`</${name}\\s*>`, "i").exec(html.slice(end));
        if (close) end += close.index + close[0].length;
        yield* flush();
        yield { kind: blocks.has(name) ? "whole" : "text", name, text: html.slice(at, end) };
      } else if (blocks.has(name)) {
        yield* flush();
        yield { kind: isEnd ? "close" : empty.has(name) || html[end - 2] === "/" ? "whole" : "open", name, text: html.slice(at, end) };
      } else {
        text += html.slice(at, end);
      }
    } else {
      text += html[at];
      end = at + 1;
    }
    at = end;
  }
  yield* flush();
}

function tagEnd(html, at) {
  let quote = "";
  for (let index = at; index < html.length; index++) {
    const c = html[index];
    if (c === "{" && html[index + 1] === "{") {
      const end = expressionEnd(html, index);
      if (end > 0) { index = end - 1; continue; }
    }
    if (quote) { if (c === quote) quote = ""; }
    else if (c === '"' || c === "'") quote = c;
    else if (c === ">") return index + 1;
  }
  return html.length;
}

export function tidy(html) {
  const all = [...tokens(html)];
  let depth = 0;
  let result = "";
  let mayBreak = true;
  const isBlank = (token) => token?.kind === "text" && token.text.trim() === "";
  all.forEach((token, index) => {
    if (token.kind === "close") depth = Math.max(0, depth - 1);
    if (isBlank(token)) {
      // Between two blocks the line break below takes its place; beside text it is shown and stays.
      const before = all[index - 1];
      const after = all[index + 1];
      const isBetween = (!before || (before.kind !== "text")) && (!after || after.kind !== "text");
      if (!isBetween) result += token.text;
      else mayBreak = true;
      return;
    }
    const previous = all[index - 1];
    const isAdjacent = !previous || isBlank(previous) || ["open", "close", "whole"].includes(previous.kind);
    const opensLine = token.kind !== "text" && token.kind !== "comment" ? isAdjacent : isBlank(previous) && mayBreak;
    if (opensLine && result && !(previous?.kind === "open" && token.kind === "close")) result = result.replace(/[ \t\r\n]+$/, "") + "\n" + "  ".repeat(depth);
    result += opensLine && token.kind === "text" ? token.text.replace(/^\s+/, "") : token.text;
    if (token.kind === "open") depth++;
    mayBreak = false;
  });
  return result.trim() + "\n";
}
