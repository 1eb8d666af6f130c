// Loads Monaco (MIT, from the BlazorMonaco package, served by this program) once a page shows a code editor, and teaches it the template language.

import { tidy } from "./tidy.js";

const root = new URL("_content/BlazorMonaco/lib/monaco-editor/min/vs", document.baseURI).href;
let loading;

export function load() {
  loading ??= start();
  return loading;
}

async function start() {
  self.MonacoEnvironment = { getWorkerUrl: () => `${root}/base/worker/workerMain.js`, baseUrl: `${root}/../` };
  await script(`${root}/loader.js`);
  // The loader defines these globally; other scripts of the page must not take them for their own module system.
  const loader = self.require;
  loader.config({ paths: { vs: root } });
  await new Promise((resolve, reject) => loader(["vs/editor/editor.main"], resolve, reject));
  // Monaco goes on loading its parts through the captured functions; a later UMD script must find no AMD.
  if (self.define) self.define.amd = undefined;
  const monaco = self.monaco;
  teach(monaco);
  new MutationObserver(() => monaco.editor.setTheme(theme())).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return monaco;
}

export const theme = () => (document.documentElement.dataset.theme === "dark" ? "listmonk-dark" : "listmonk-light");

function script(url) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${url} cannot be loaded`));
    document.head.append(element);
  });
}

const keywords = ["if", "else", "end", "range", "with", "define", "template", "block", "break", "continue"];

// Shared by both languages: what stands between {{ and }}.
const expression = [
  [/-?\}\}/, "expression.brace", "@pop"],
  [/\/\*/, "expression.comment", "@expressionComment"],
  [/"(?:[^"\\]|\\.)*"/, "expression.string"],
  [/`[^`]*`/, "expression.string"],
  [/\d+(?:\.\d+)?/, "expression.number"],
  [/\$\w*/, "expression.field"],
  [/\.[\w.]*/, "expression.field"],
  [/[a-zA-Z_]\w*/, { cases: { "@keywords": "expression.keyword", "@default": "expression.function" } }],
  [/[|()=:,]/, "expression.brace"],
  [/./, "expression"],
];
const expressionComment = [[/\*\//, "expression.comment", "@pop"], [/[^*]+/, "expression.comment"], [/./, "expression.comment"]];
const open = [/\{\{-?/, "expression.brace", "@expression"];

const html = {
  defaultToken: "",
  tokenPostfix: ".html",
  ignoreCase: true,
  keywords,
  tokenizer: {
    root: [
      open,
      [/<!DOCTYPE/, "metatag", "@doctype"],
      [/<!--/, "comment", "@comment"],
      [/(<)(script)/, ["delimiter", { token: "tag", next: "@script" }]],
      [/(<)(style)/, ["delimiter", { token: "tag", next: "@style" }]],
      [/(<\/?)([\w-]+:?[\w-]*)/, ["delimiter", { token: "tag", next: "@tag" }]],
      [/[^<{]+/, ""],
      [/[<{]/, ""],
    ],
    doctype: [[/[^>]+/, "metatag"], [/>/, "metatag", "@pop"]],
    comment: [open, [/-->/, "comment", "@pop"], [/[^-{]+/, "comment"], [/./, "comment"]],
    tag: [
      open,
      [/\/?>/, "delimiter", "@pop"],
      [/"/, "attribute.value", "@doubleQuoted"],
      [/'/, "attribute.value", "@singleQuoted"],
      [/[\w:-]+/, "attribute.name"],
      [/=/, "delimiter"],
      [/[ \t\r\n]+/, ""],
    ],
    doubleQuoted: [open, [/"/, "attribute.value", "@pop"], [/[^"{]+/, "attribute.value"], [/\{/, "attribute.value"]],
    singleQuoted: [open, [/'/, "attribute.value", "@pop"], [/[^'{]+/, "attribute.value"], [/\{/, "attribute.value"]],
    script: [[/>/, { token: "delimiter", switchTo: "@scriptBody", nextEmbedded: "text/javascript" }], [/[^>]+/, "attribute.name"]],
    scriptBody: [[/<\/script/, { token: "@rematch", next: "@pop", nextEmbedded: "@pop" }], [/[^<]+/, ""]],
    style: [[/>/, { token: "delimiter", switchTo: "@styleBody" }], [/"[^"]*"/, "attribute.value"], [/[\w-]+/, "attribute.name"], [/[^>]/, ""]],
    styleBody: [
      open,
      [/<\/style/, { token: "@rematch", next: "@pop" }],
      [/\/\*/, "comment", "@cssComment"],
      [/[\w-]+(?=\s*:)/, "attribute.name"],
      [/[.#@]?[\w-]+/, "attribute.value"],
      [/[^\w]/, "delimiter"],
    ],
    cssComment: [[/\*\//, "comment", "@pop"], [/[^*]+/, "comment"], [/./, "comment"]],
    expression,
    expressionComment,
  },
};

const markdown = {
  defaultToken: "",
  tokenPostfix: ".md",
  keywords,
  tokenizer: {
    root: [
      open,
      [/^\s{0,3}#{1,6}\s.*$/, "keyword.heading"],
      [/^\s*(?:[-*+]|\d+[.)])\s/, "keyword.list"],
      [/^\s*>+/, "comment"],
      [/^\s*(?:---+|\*\*\*+|===+)\s*$/, "keyword.heading"],
      [/^\s*```.*$/, "string.code", "@code"],
      [/\*\*(?:[^*{]|\*(?!\*))+\*\*/, "strong"],
      [/\*[^*\s{][^*{]*\*/, "emphasis"],
      [/`[^`]+`/, "string.code"],
      [/(!?\[)([^\]{]*)(\]\()([^){]*)(\))/, ["delimiter", "string.link", "delimiter", "attribute.value", "delimiter"]],
      [/<\/?[a-zA-Z][^>{]*>/, "tag"],
      [/\\./, "escape"],
      [/[^\\`*_\[\]!<>{#|-]+/, ""],
      [/./, ""],
    ],
    code: [[/^\s*```\s*$/, "string.code", "@pop"], [/.*/, "string.code"]],
    expression,
    expressionComment,
  },
};

const vocabularies = new Map();

export function setVocabulary(model, vocabulary) {
  vocabularies.set(model.uri.toString(), vocabulary);
}

export function dropVocabulary(model) {
  vocabularies.delete(model.uri.toString());
}

function teach(monaco) {
  // Monaco's own formatter knows no expressions and would break those that hold quotes or angle brackets.
  monaco.languages.html.htmlDefaults.setModeConfiguration({ ...monaco.languages.html.htmlDefaults.modeConfiguration, documentFormattingEdits: false, documentRangeFormattingEdits: false });
  monaco.languages.registerDocumentFormattingEditProvider("html", { provideDocumentFormattingEdits: (model) => [{ range: model.getFullModelRange(), text: tidy(model.getValue()) }] });
  monaco.languages.setMonarchTokensProvider("html", html);
  monaco.languages.setMonarchTokensProvider("markdown", markdown);
  const colours = (values) => Object.entries(values).map(([token, foreground]) => ({ token, foreground }));
  monaco.editor.defineTheme("listmonk-light", {
    base: "vs",
    inherit: true,
    rules: [
      ...colours({ "expression": "7a3e9d", "expression.brace": "7a3e9d", "expression.field": "0b6b3a", "expression.function": "9a5b00", "expression.string": "a3291f", "expression.number": "1750a8", "expression.comment": "5b6573", "keyword.list": "1750a8", "string.link": "1750a8", "string.code": "7a4b00" }),
      // Of Monaco's own colours, those below a contrast of 4.5 (WCAG 1.4.3) on our background.
      ...colours({ "attribute.name": "b3001b", "metatag.content.html": "b3001b", "metatag.html": "5b6573", "metatag.xml": "5b6573", "annotation": "5b6573" }),
      { token: "expression.keyword", foreground: "7a3e9d", fontStyle: "bold" },
      { token: "keyword.heading", foreground: "1750a8", fontStyle: "bold" },
      { token: "strong", fontStyle: "bold" },
      { token: "emphasis", fontStyle: "italic" },
    ],
    colors: { "editor.background": "#ffffff", "editorLineNumber.foreground": "#5a6370", "editorGutter.background": "#f7f8fa" },
  });
  monaco.editor.defineTheme("listmonk-dark", {
    base: "vs-dark",
    inherit: true,
    rules: [
      ...colours({ "expression": "d3a6f0", "expression.brace": "d3a6f0", "expression.field": "8ddba8", "expression.function": "f0c27a", "expression.string": "f2a097", "expression.number": "9cc3ff", "expression.comment": "97a1b0", "keyword.list": "9cc3ff", "string.link": "9cc3ff", "string.code": "e0b877" }),
      ...colours({ "comment": "7fae6b", "regexp": "d39bbb", "annotation": "e58080", "delimiter.html": "9aa4b2", "delimiter.xml": "9aa4b2", "variable.predefined": "9cc3ff" }),
      { token: "expression.keyword", foreground: "d3a6f0", fontStyle: "bold" },
      { token: "keyword.heading", foreground: "9cc3ff", fontStyle: "bold" },
      { token: "strong", fontStyle: "bold" },
      { token: "emphasis", fontStyle: "italic" },
    ],
    colors: { "editor.background": "#1a1f28", "editorLineNumber.foreground": "#8b95a5", "editorGutter.background": "#161a22" },
  });
  for (const language of ["html", "markdown"]) {
    monaco.languages.registerCompletionItemProvider(language, { triggerCharacters: [".", "{", "|", " "], provideCompletionItems: (model, position) => complete(monaco, model, position) });
  }
}

// The text between the nearest open braces and the cursor; null outside of an expression.
function expressionBefore(model, position) {
  const line = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
  const start = line.lastIndexOf("{{");
  return start < 0 || line.indexOf("}}", start) >= 0 ? null : line.slice(start + 2);
}

function complete(monaco, model, position) {
  const vocabulary = vocabularies.get(model.uri.toString());
  const before = expressionBefore(model, position);
  if (!vocabulary || before === null) return { suggestions: [] };
  const word = /(?:\.[\w.]*|[a-zA-Z_]\w*)?$/.exec(before)[0];
  const range = { startLineNumber: position.lineNumber, endLineNumber: position.lineNumber, startColumn: position.column - word.length, endColumn: position.column };
  const after = model.getLineContent(position.lineNumber).slice(position.column - 1);
  const close = /^\s*-?\}\}/.test(after) ? "" : " }}";
  const isFirst = /^-?\s*[\w.]*$/.test(before);
  const { Field, Function: Call, Snippet } = monaco.languages.CompletionItemKind;
  const item = (word, kind, group, index) => ({ label: { label: word.name, description: word.note }, kind, range, insertText: word.code, filterText: word.code, sortText: `${group}${String(index).padStart(4, "0")}`, documentation: word.note });
  const suggestions = [
    ...vocabulary.subscriber.map((word, index) => item(word, Field, "1", index)),
    ...vocabulary.attributes.map((word, index) => ({ ...item(word, Field, "2", index), label: { label: word.code, description: word.note } })),
    ...vocabulary.message.map((word, index) => item(word, Field, "3", index)),
  ];
  if (!word.startsWith(".")) {
    suggestions.push(...vocabulary.functions.map((word, index) => item(word, Call, word.note ? "4" : "6", index)));
    if (isFirst) {
      const snippet = (label, text) => ({ label: { label, description: "block" }, kind: Snippet, range, insertText: text, filterText: label, sortText: "5" + label, insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet });
      suggestions.push(
        snippet("if", `if \${1:.Subscriber.Attribs.city} }}$0{{ end${close || ""}`),
        snippet("if … else", `if \${1:.Subscriber.Attribs.city} }}$0{{ else }}{{ end${close || ""}`),
        snippet("range", `range \${1:.Subscriber.Attribs.items} }}$0{{ end${close || ""}`),
        snippet("with", `with \${1:.Subscriber.Attribs.city} }}$0{{ end${close || ""}`));
    }
  }
  return { suggestions };
}
