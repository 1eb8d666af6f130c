// The parts of the code editor that only the browser can do: line numbers, the Tab key, and telling when the person rests.

const restMilliseconds = 350;

export function attach(area, component) {
  const lines = area.parentElement.querySelector(".code-editor-lines");
  let shownLines = 0;
  let timer = 0;
  // What the server rendered: whatever was typed before this ran is reported below.
  let reported = area.defaultValue;
  let leavesWithTab = false;

  const number = () => {
    const count = area.value.split("\n").length;
    if (count !== shownLines) {
      lines.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
      shownLines = count;
    }
    lines.scrollTop = area.scrollTop;
  };

  const report = () => {
    clearTimeout(timer);
    if (area.value !== reported) {
      reported = area.value;
      component.invokeMethodAsync("OnTextChanged", stream(area.value));
    }
  };

  area.addEventListener("input", () => {
    number();
    clearTimeout(timer);
    timer = setTimeout(report, restMilliseconds);
  });
  area.addEventListener("change", report);
  area.addEventListener("blur", report);
  area.addEventListener("scroll", () => { lines.scrollTop = area.scrollTop; });
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
  number();
  report();
}

// Bytes, which the framework makes a stream of: a result is wrapped by it, only an argument by us.
export function read(area) {
  return new TextEncoder().encode(area.value);
}

export function write(area, text) {
  area.value = text;
  area.dispatchEvent(new Event("input"));
}

function stream(text) {
  return DotNet.createJSStreamReference(new TextEncoder().encode(text));
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
