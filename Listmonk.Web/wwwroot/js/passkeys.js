// Passkeys: WebAuthn's two questions to the browser, with what goes over the wire as base64url. The profile page makes them; on the sign-in
// page the form [data-passkey] is filled in and sent, by its button or from the list under the user name.

const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const decodeIds = (list) => (list ?? []).map((one) => ({ ...one, id: decode(one.id) }));

// By hand, not by toJSON(): browsers have it only lately, and password managers bring objects of their own.
const credentialJson = (credential, response) => JSON.stringify({
  id: credential.id,
  rawId: encode(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment ?? null,
  clientExtensionResults: {},
  response: { clientDataJSON: encode(credential.response.clientDataJSON), ...response },
});

// Answers { credential } with the text for the server, or { fault } with a sentence for the person.
export async function create(optionsJson) {
  if (!window.PublicKeyCredential) return { fault: "This browser has no passkeys here. They need https and a browser of today." };
  try {
    const options = JSON.parse(optionsJson);
    const credential = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: decode(options.challenge),
        user: { ...options.user, id: decode(options.user.id) },
        excludeCredentials: decodeIds(options.excludeCredentials),
      },
    });
    const { response } = credential;
    return { credential: credentialJson(credential, { attestationObject: encode(response.attestationObject), transports: response.getTransports?.() ?? [] }) };
  } catch (fault) {
    return { fault: sentence(fault) };
  }
}

async function get(optionsJson, more) {
  const options = JSON.parse(optionsJson);
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: decode(options.challenge), allowCredentials: decodeIds(options.allowCredentials) },
    ...more,
  });
  const { response } = credential;
  return credentialJson(credential, {
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
    userHandle: response.userHandle ? encode(response.userHandle) : null,
  });
}

function sentence(fault) {
  switch (fault.name) {
    case "NotAllowedError": return "Nothing was chosen, or it took too long. Try again.";
    case "InvalidStateError": return "This device has a passkey for your account already.";
    case "SecurityError": return "The browser does not allow passkeys at this address.";
    case "NotSupportedError": return "This device cannot keep such a passkey: it must ask for a fingerprint, a face or a PIN.";
    default: return `The browser could not do it: ${fault.message}`;
  }
}

async function attach(form) {
  if (location.origin !== form.dataset.origin) {
    document.querySelector("[data-passkey-elsewhere]").hidden = false;
    return;
  }
  if (!window.PublicKeyCredential) return;

  form.hidden = false;
  const error = form.querySelector("[data-passkey-error]");
  let waiting = new AbortController();

  const send = (credential) => {
    form.elements.credential.value = credential;
    form.submit();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The browser answers one question at a time.
    waiting.abort();
    error.textContent = "";
    try {
      send(await get(form.dataset.passkey, {}));
    } catch (fault) {
      error.textContent = sentence(fault);
    }
  });

  if (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) {
    get(form.dataset.passkey, { mediation: "conditional", signal: waiting.signal }).then(send, () => {});
  }
}

const form = document.querySelector("form[data-passkey]");
if (form) attach(form);
