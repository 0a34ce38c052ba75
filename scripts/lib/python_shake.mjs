// Pyodide can load further compiled modules, and so keeps every function of Python and
// of its libraries open to them: 8,500 names in the interpreter, and as many lines in
// its JavaScript, which is gone through at each start. The page loads none. Here only
// the names stay that the JavaScript itself uses.

/** How often each word stands in a text. */
function counted(text) {
  const counts = new Map();
  for (const word of text.match(/[\w$]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Pyodide's JavaScript and its WebAssembly, without what neither that script nor
 * `loader`, the text of its other one, uses.
 */
export function shaken(script, wasm, loader) {
  const wanted = new Set(
    WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name),
  );
  const given = between(script, "wasmImports={", "}", ",");
  const kept = given.parts.filter((part) => wanted.has(part.split(":")[0]));
  const lean = given.before + kept.join(",") + given.after;

  const taken = between(lean, "function assignWasmExports(wasmExports){", "}", ";");
  const rest = counted(taken.before + taken.after + loader);
  // A line is `_name=Module["_name"]=wasmExports["name"]`; `_name` is declared elsewhere.
  const isUsed = (line) => rest.get(line.split("=")[0]) > 1;
  const exported = (line) => /wasmExports\["([^"]+)"\]/.exec(line)?.[1];
  const lines = taken.parts.filter((line) => isUsed(line) || rest.has(exported(line)));
  const named = new Set(lines.map(exported));
  if (kept.length < wanted.size / 2 || named.size < 50)
    throw new Error("Pyodide's JavaScript looks different now: python_shake.mjs");
  return {
    script: taken.before + lines.join(";") + taken.after,
    wasm: withExports(wasm, (name) => named.has(name) || rest.has(name)),
  };
}

/** A text cut around a list in it. */
function between(text, opening, closing, separator) {
  const start = text.indexOf(opening) + opening.length;
  const end = text.indexOf(closing, start);
  if (start < opening.length) throw new Error(`Pyodide has no ${opening} now`);
  return {
    before: text.slice(0, start),
    parts: text.slice(start, end).split(separator),
    after: text.slice(end),
  };
}

const EXPORTS = 7; // the number of that section

/** A WebAssembly module without the exports that `isWanted` does not want. */
function withExports(wasm, isWanted) {
  const bytes = Buffer.from(wasm);
  let at = 8;
  const number = () => {
    for (let result = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      result += (byte & 127) * 2 ** shift;
      if (byte < 128) return result;
    }
  };
  const parts = [bytes.subarray(0, at)];
  while (at < bytes.length) {
    const start = at;
    const section = bytes[at++];
    const length = number();
    const end = at + length;
    if (section === EXPORTS) {
      const kept = [];
      for (let left = number(); left > 0; left--) {
        const from = at;
        const size = number();
        const name = bytes.toString("utf8", at, at + size);
        at += size + 1; // and its kind
        number();
        if (isWanted(name)) kept.push(bytes.subarray(from, at));
      }
      const content = Buffer.concat([encoded(kept.length), ...kept]);
      parts.push(Buffer.of(EXPORTS), encoded(content.length), content);
    } else parts.push(bytes.subarray(start, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** A number as WebAssembly writes it. */
function encoded(number) {
  const bytes = [];
  do {
    bytes.push((number & 127) | (number > 127 ? 128 : 0));
    number >>>= 7;
  } while (number);
  return Buffer.from(bytes);
}
