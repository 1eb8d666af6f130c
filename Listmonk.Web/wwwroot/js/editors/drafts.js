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

// Reports a text to the component once the person rests; tries again while the connection is lost, so that nothing typed meanwhile is missed.
export function reporter(component, read, key, initial) {
  const restMilliseconds = 350;
  const retryMilliseconds = 2000;
  let reported = initial;
  let timer = 0;
  let isClosed = false;

  async function report() {
    clearTimeout(timer);
    const text = read();
    if (isClosed || text === reported) return;
    const before = reported;
    reported = text;
    try {
      await component.invokeMethodAsync("OnTextChanged", stream(text));
    } catch {
      reported = before;
      if (!isClosed) timer = setTimeout(report, retryMilliseconds);
    }
  }

  return {
    report,
    typed() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        keep(key, read());
        report();
      }, restMilliseconds);
    },
    // The server wrote the text itself, or is reading it: it knows it.
    known(text) { reported = text; },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

export function stream(text) {
  return DotNet.createJSStreamReference(new TextEncoder().encode(text));
}
