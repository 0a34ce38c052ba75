// What a reader typed, per program, on this device alone.
// Other sites may share the origin; card.js knows this name, too.
const SITE = new URL("../../", import.meta.url).pathname;
const key = (program) => `${SITE} program ${program}`;

/** {code, base}: their program, and the page's when they began; null if there is none. */
export function kept(program) {
  try {
    const { code, base } = JSON.parse(localStorage.getItem(key(program)));
    return typeof code === "string" ? { code, base } : null;
  } catch {
    return null; // nothing there, or the reader allows no storage
  }
}

/** Gives whether it could be kept. */
export function keep(program, code, base) {
  try {
    localStorage.setItem(key(program), JSON.stringify({ code, base }));
    return true;
  } catch {
    return false;
  }
}

export function forget(program) {
  try {
    localStorage.removeItem(key(program));
  } catch {
    // Then there was nothing to forget.
  }
}
