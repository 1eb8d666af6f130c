// A text area that becomes Monaco where that helps: for HTML and Markdown, on devices with a pointer. Touch keyboards and plain text keep the
// text area, and so does everybody until Monaco is there: what was typed before moves over.

import { reporter } from "../../js/editors/drafts.js";

export async function attach(host, component, options) {
  const area = host.querySelector("textarea");
  const surface = host.querySelector(".code-editor-surface");
  let text = areaText(area);
  const reports = reporter(component, () => text.read(), options.draftKey, area.defaultValue);
  wire(area, reports);
  area.addEventListener("keydown", keys);
  host.querySelector(".editor-bar")?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (button && !button.disabled) run(button.dataset.command);
  });
  reports.report();
  let isDisposed = false;

  if (options.language !== "plain" && matchMedia("(pointer: fine)").matches) upgrade();

  async function upgrade() {
    let module;
    let monaco;
    try {
      module = await import("../../js/editors/monaco.js");
      monaco = await module.load();
    } catch (error) {
      console.warn("The code editor stays a plain text area:", error);
      return;
    }
    if (isDisposed) return;
    const hadFocus = document.activeElement === area;
    const editor = create(monaco, module, surface, area, options, reports);
    surface.hidden = false;
    area.hidden = true;
    host.dataset.ready = "true";
    text = monacoText(monaco, editor, module);
    if (faults.length) text.setFaults(faults);
    editor.onKeyDown((event) => keys(event.browserEvent));
    if (hadFocus) editor.focus();
  }

  let faults = [];

  function keys(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const command = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (command && host.querySelector(`[data-command=${command}]`)) {
      event.preventDefault();
      event.stopPropagation();
      run(command);
    }
  }

  function run(command) {
    if (text.isReadOnly()) return;
    const selected = text.selected();
    switch (command) {
      case "bold": text.surround("**", "**", "bold text"); break;
      case "italic": text.surround("*", "*", "italic text"); break;
      case "strike": text.surround("~~", "~~", "text"); break;
      case "code": text.surround("`", "`", "code"); break;
      case "heading": text.lines((line) => (/^### /.test(line) ? line.slice(4) : /^##? /.test(line) ? `#${line}` : `## ${line}`)); break;
      case "list": text.lines((line) => (/^- /.test(line) ? line.slice(2) : `- ${line}`)); break;
      case "numbers": text.lines((line, index) => (/^\d+\. /.test(line) ? line.replace(/^\d+\. /, "") : `${index + 1}. ${line}`)); break;
      case "quote": text.lines((line) => (/^> /.test(line) ? line.slice(2) : `> ${line}`)); break;
      case "rule": text.replace("\n\n---\n\n"); break;
      case "table": text.replace("\n| Column | Column |\n| --- | --- |\n| Cell | Cell |\n"); break;
      case "find": text.find(); break;
      case "format": text.format(); break;
      case "wrap": text.toggleWrap(host.querySelector("[data-command=wrap]")); break;
      case "undo": text.undo(); break;
      case "redo": text.redo(); break;
      default: component.invokeMethodAsync("OnCommand", command, selected.slice(0, 2000)); return;
    }
  }

  return {
    // Bytes, which the framework makes a stream of: a result is wrapped by it, only an argument by us.
    read() {
      const value = text.read();
      reports.known(value);
      return new TextEncoder().encode(value);
    },
    write(value) {
      text.write(value);
      reports.known(value);
    },
    insert: (value) => text.replace(value),
    setFaults(found) {
      faults = found;
      text.setFaults(found);
    },
    dispose() {
      isDisposed = true;
      reports.close();
      text.dispose();
    },
  };
}

function wire(area, reports) {
  let leavesWithTab = false;
  area.addEventListener("input", reports.typed);
  area.addEventListener("change", reports.report);
  area.addEventListener("blur", reports.report);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      leavesWithTab = true;
      event.stopPropagation();
    } else if (event.key === "Tab" && !leavesWithTab && !event.ctrlKey && !event.altKey && !area.readOnly) {
      event.preventDefault();
      indent(area, event.shiftKey);
    } else if (event.key !== "Shift" && event.key !== "Tab") {
      leavesWithTab = false;
    }
  });
}

function areaText(area) {
  const selection = () => area.value.slice(area.selectionStart, area.selectionEnd);
  return {
    read: () => area.value,
    write(value) {
      area.focus();
      insert(area, 0, area.value.length, value);
    },
    selected: selection,
    replace(value) {
      area.focus();
      insert(area, area.selectionStart, area.selectionEnd, value);
    },
    surround(before, after, sample) {
      const inner = selection() || sample;
      const start = area.selectionStart;
      this.replace(before + inner + after);
      area.setSelectionRange(start + before.length, start + before.length + inner.length);
    },
    lines(change) {
      const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
      const next = area.value.indexOf("\n", area.selectionEnd);
      const end = next < 0 ? area.value.length : next;
      area.focus();
      insert(area, start, end, area.value.slice(start, end).split("\n").map(change).join("\n"));
    },
    isReadOnly: () => area.readOnly,
    undo: () => { area.focus(); document.execCommand("undo"); },
    redo: () => { area.focus(); document.execCommand("redo"); },
    find() {},
    format() {},
    toggleWrap(button) {
      area.wrap = area.wrap === "off" ? "soft" : "off";
      button?.setAttribute("aria-pressed", area.wrap === "soft");
    },
    setFaults() {},
    dispose() {},
  };
}

function create(monaco, module, surface, area, options, reports) {
  const model = monaco.editor.createModel(area.value, options.language);
  module.setVocabulary(model, options.vocabulary);
  const editor = monaco.editor.create(surface, {
    model,
    theme: module.theme(),
    ariaLabel: options.label,
    readOnly: options.readOnly,
    automaticLayout: true,
    wordWrap: "on",
    wrappingIndent: "same",
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    fixedOverflowWidgets: true,
    fontSize: 13,
    lineHeight: 20,
    lineNumbersMinChars: 3,
    tabSize: 2,
    insertSpaces: true,
    folding: options.language === "html",
    renderLineHighlight: "none",
    quickSuggestions: { other: options.language === "html", comments: false, strings: true },
    wordBasedSuggestions: false,
    unicodeHighlight: { ambiguousCharacters: false },
    padding: { top: 8, bottom: 8 },
    scrollbar: { alwaysConsumeMouseWheel: false },
    bracketPairColorization: { enabled: false },
    occurrencesHighlight: false,
    links: false,
    // The full kind would indent what is pasted anew.
    autoIndent: "advanced",
  });
  editor.onDidChangeModelContent(reports.typed);
  editor.onDidBlurEditorText(reports.report);
  // The page's own keys: Monaco would take them.
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => document.querySelector("[data-shortcut=test]")?.click());
  return editor;
}

function monacoText(monaco, editor, module) {
  const model = editor.getModel();
  const edit = (range, text) => {
    editor.pushUndoStop();
    editor.executeEdits("listmonk", [{ range, text, forceMoveMarkers: true }]);
    editor.pushUndoStop();
  };
  return {
    read: () => model.getValue(monaco.editor.EndOfLinePreference.LF),
    write: (value) => edit(model.getFullModelRange(), value),
    selected: () => model.getValueInRange(editor.getSelection()),
    replace(value) {
      edit(editor.getSelection(), value);
      editor.focus();
    },
    surround(before, after, sample) {
      const selection = editor.getSelection();
      const inner = model.getValueInRange(selection) || sample;
      const start = model.getOffsetAt(selection.getStartPosition());
      edit(selection, before + inner + after);
      const from = model.getPositionAt(start + before.length);
      const to = model.getPositionAt(start + before.length + inner.length);
      editor.setSelection({ startLineNumber: from.lineNumber, startColumn: from.column, endLineNumber: to.lineNumber, endColumn: to.column });
      editor.focus();
    },
    lines(change) {
      const { startLineNumber, endLineNumber } = editor.getSelection();
      const range = { startLineNumber, startColumn: 1, endLineNumber, endColumn: model.getLineMaxColumn(endLineNumber) };
      edit(range, model.getValueInRange(range).split("\n").map(change).join("\n"));
      editor.focus();
    },
    isReadOnly: () => editor.getOption(monaco.editor.EditorOption.readOnly),
    undo: () => { editor.trigger("bar", "undo"); editor.focus(); },
    redo: () => { editor.trigger("bar", "redo"); editor.focus(); },
    find: () => { editor.focus(); editor.trigger("bar", "editor.action.startFindReplaceAction"); },
    format: () => { editor.focus(); editor.trigger("bar", "editor.action.formatDocument"); },
    toggleWrap(button) {
      const isOn = editor.getOption(monaco.editor.EditorOption.wordWrap) !== "on";
      editor.updateOptions({ wordWrap: isOn ? "on" : "off" });
      button?.setAttribute("aria-pressed", isOn);
    },
    setFaults(faults) {
      monaco.editor.setModelMarkers(model, "template", faults.map((fault) => {
        const line = Math.min(fault.line, model.getLineCount());
        const column = Math.min(fault.column, model.getLineMaxColumn(line));
        const word = model.getWordAtPosition({ lineNumber: line, column });
        return {
          severity: fault.isFatal ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message: fault.message,
          startLineNumber: line,
          startColumn: word?.startColumn ?? column,
          endLineNumber: line,
          endColumn: word?.endColumn ?? Math.max(column + 1, Math.min(column + 2, model.getLineMaxColumn(line))),
        };
      }));
    },
    dispose() {
      module.dropVocabulary(model);
      editor.dispose();
      model.dispose();
    },
  };
}

function indent(area, isOutwards) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const lineStart = value.lastIndexOf("\n", start - 1) + 1;
  if (start === end && !isOutwards) {
    insert(area, start, end, "  ");
    return;
  }
  const block = value.slice(lineStart, end);
  const changed = isOutwards ? block.replace(/^ {1,2}/gm, "") : block.replace(/^/gm, "  ");
  insert(area, lineStart, end, changed);
  if (start !== end) area.setSelectionRange(lineStart, lineStart + changed.length);
}

// execCommand keeps the browser's undo history, which assigning the value would lose.
function insert(area, start, end, text) {
  area.setSelectionRange(start, end);
  if (text === "" ? !document.execCommand("delete") : !document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input"));
  }
}
