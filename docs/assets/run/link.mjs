// A run as a link: #card?seed=3&loss=0.2, and the program if the reader changed it.
// Behind the #, so that it goes to no server.
const PROGRAM = "edited-program"; // no knob can be called so
const LONGEST = 8000; // characters of a link, so that mail and chat let it pass
const LARGEST = 100_000; // characters of a program

/** The address of a run; throws if the program is too long for one. */
export async function linkTo(id, settings, code) {
  const query = new URLSearchParams(Object.entries(settings));
  if (code !== null) query.set(PROGRAM, await packed(code));
  const address = new URL(location.href);
  const asked = `${query}`;
  address.hash = asked ? `${id}?${asked}` : id;
  if (address.href.length > LONGEST)
    throw new RangeError("Your program is too long for a link: copy the program instead.");
  return address.href;
}

/** {settings, code} of a fragment; throws if it is damaged. */
export async function readLink(hash) {
  const query = new URLSearchParams(hash.slice(hash.indexOf("?") + 1));
  const text = query.get(PROGRAM);
  query.delete(PROGRAM);
  return {
    settings: Object.fromEntries(query),
    code: text === null ? null : await unpacked(text),
  };
}

async function packed(text) {
  const deflated = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function unpacked(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const inflated = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"))
    .pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))
    .getReader();
  let code = "";
  for (;;) {
    const { done, value } = await inflated.read();
    if (done) return code;
    code += value;
    // A few bytes can unfold to gigabytes.
    if (code.length > LARGEST) throw new RangeError("the program is too long");
  }
}
