// Text that has not been stored by the server yet is kept in this browser: a lost connection, a restart or a closed tab must not cost words.

const prefix = "listmonk.draft.";

export function keep(key, text) {
  if (!key) return;
  try {
    localStorage.setItem(prefix + key, JSON.stringify({ at: Date.now(), text }));
  } catch {
    // Full or forbidden: the draft is then only as safe as the connection.
  }
}

export function forget(key) {
  localStorage.removeItem(prefix + key);
}

function find(key) {
  try {
    return JSON.parse(localStorage.getItem(prefix + key));
  } catch {
    return null;
  }
}

// When the text was kept, in milliseconds since 1970; 0 when there is none.
export function keptAt(key) {
  return find(key)?.at ?? 0;
}

export function keptText(key) {
  return new TextEncoder().encode(find(key)?.text ?? "");
}

// Reports a text to the component once the person rests. A report that meets a cut connection is lost without a word: Blazor neither sends it
// later nor fails it. So whatever the server has not confirmed is reported once more when the connection is back.
export function reporter(component, read, key, initial) {
  const restMilliseconds = 350;
  const retryMilliseconds = 2000;
  const connection = document.getElementById("components-reconnect-modal");
  let reported = initial;
  // Undefined while a report is under way: the server may have either text.
  let confirmed = initial;
  let timer = 0;
  let isClosed = false;

  async function report() {
    clearTimeout(timer);
    const text = read();
    if (isClosed || text === reported) return;
    reported = text;
    confirmed = undefined;
    try {
      await component.invokeMethodAsync("OnTextChanged", stream(text));
      if (reported === text) confirmed = text;
    } catch {
      reported = undefined;
      if (!isClosed) timer = setTimeout(report, retryMilliseconds);
    }
  }

  function connected({ detail }) {
    if (detail.state !== "hide") return;
    reported = confirmed;
    report();
  }

  connection?.addEventListener("components-reconnect-state-changed", connected);

  return {
    report,
    typed() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        keep(key, read());
        report();
      }, restMilliseconds);
    },
    // The server wrote the text itself, or is reading it: it need not be told.
    known(text) { reported = text; },
    close() {
      isClosed = true;
      clearTimeout(timer);
      connection?.removeEventListener("components-reconnect-state-changed", connected);
    },
  };
}

export function stream(text) {
  return DotNet.createJSStreamReference(new TextEncoder().encode(text));
}
