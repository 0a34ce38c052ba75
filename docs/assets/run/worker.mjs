// Python, in a worker of its own. parts.mjs puts `Engine` (Pyodide) in front of this
// text and starts it from a blob; python.mjs is all that talks to it.
//   in : {start: parts}, then {run: {code, name, settings}} or {judge: {code, exercise, text}}
//   out: {ready}, {image}, {output: text}, {tried: [count, what]}, {done: answer}, {fault: text}
const send = self.postMessage.bind(self);
const MOST_MEMORY = 512 * 2 ** 20; // bytes
const PAGE = 4096; // bytes; most of a heap's are empty

let python;

async function start({ wasm, core, simulator, boot, lock, later, image, make }) {
  limitMemory();
  // Pyodide fetches these two by itself; they are here already.
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
  const { fetch, XMLHttpRequest } = self;
  self.fetch = async () => new Response(core);
  python = await Engine.loadPyodide({
    createPyodideModule: Engine.createPyodideModule,
    indexURL: `${self.origin}/`, // which it wants to be one
    env: { PYTHONHASHSEED: "0" },
    // Otherwise it asks for a list of packages, and knows another host.
    lockFileContents: lock,
    packageBaseUrl: `${self.origin}/`,
    // A program has nothing of the browser. Pyodide itself wants to find this one name.
    jsglobals: { eval: null },
    fsInit: (files) => files.writeFile("/lib/sim.zip", new Uint8Array(simulator)),
    ...(image && { _loadSnapshot: unpacked(image) }),
    ...(make && { _makeSnapshot: true }),
  });
  self.fetch = fetch;
  if (!image) python.runPython(boot, { filename: "boot.py" });
  if (make) {
    const made = packed(python.makeMemorySnapshot());
    send({ image: made }, [made]);
    return;
  }
  const loads = later.map(([key, address]) => [
    key,
    () => fetchedNow(XMLHttpRequest, address, `/lib/${key}.zip`),
  ]);
  python.globals.get("begin").callKwargs(Object.fromEntries(loads));
  confine();
  send({ ready: true });
}

/** Python then raises MemoryError; the browser would let it take 4 GB. */
function limitMemory() {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65536 > MOST_MEMORY)
      throw new RangeError("the limit of memory is reached");
    return grow.call(this, pages);
  };
}

/** Puts modules in their place; the program waits. Gives why it could not, or "". */
function fetchedNow(XMLHttpRequest, address, place) {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    return "cannot be loaded without a connection. Try again with one.";
  }
  const { status, response } = request;
  if (status !== 200) return `cannot be loaded: it is missing here (${status}). Reload the page.`;
  const content = new Uint8Array(response);
  const isPacked = address.endsWith(".zst"); // not in a preview
  python.FS.writeFile(place, isPacked ? Engine.decompress(content) : content);
  return "";
}

// A heap without its empty pages: [bytes of it all, number of pages, their numbers], pages.

function packed(heap) {
  const words = new BigUint64Array(heap.buffer, heap.byteOffset, heap.length >> 3);
  const size = PAGE >> 3;
  const full = [];
  for (let at = 0; at < words.length; at += size)
    if (words.subarray(at, at + size).some(Boolean)) full.push(at / size);
  const head = Uint32Array.of(heap.length, full.length, ...full);
  const result = new Uint8Array(head.byteLength + full.length * PAGE);
  result.set(new Uint8Array(head.buffer));
  full.forEach((page, at) =>
    result.set(heap.subarray(page * PAGE, (page + 1) * PAGE), head.byteLength + at * PAGE),
  );
  return result.buffer;
}

function unpacked(buffer) {
  const [length, count] = new Uint32Array(buffer, 0, 2);
  const pages = new Uint32Array(buffer, 8, count);
  const heap = new Uint8Array(length);
  pages.forEach((page, at) => {
    const from = 8 + count * 4 + at * PAGE;
    const bytes = Math.min(PAGE, length - page * PAGE);
    heap.set(new Uint8Array(buffer, from, bytes), page * PAGE);
  });
  return heap;
}

/**
 * A program may have come by a link: it keeps what the language has and nothing of the
 * browser, no network, no storage, no other worker in which all that would be again. The
 * page's security policy, which holds here too, is the other wall.
 */
function confine() {
  const kept = new Set(KEPT.split(/\s+/));
  for (const object of [self, self.navigator])
    for (let owner = object; owner !== Object.prototype; owner = Object.getPrototypeOf(owner))
      for (const name of Reflect.ownKeys(owner))
        if (!kept.has(name) && !Reflect.deleteProperty(owner, name))
          Reflect.defineProperty(owner, name, { value: undefined });
}

const KEPT = `
  constructor self globalThis location navigator userAgent language languages platform
  Infinity NaN undefined eval isFinite isNaN parseFloat parseInt decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape unescape Object Function Boolean
  Symbol Error AggregateError EvalError RangeError ReferenceError SuppressedError
  SyntaxError TypeError URIError Number BigInt Math Date Temporal String RegExp Array
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array
  BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Map Set WeakMap
  WeakSet WeakRef FinalizationRegistry ArrayBuffer SharedArrayBuffer DataView Atomics JSON
  Iterator Promise Reflect Proxy Intl DisposableStack AsyncDisposableStack WebAssembly
  console performance crypto TextDecoder TextEncoder queueMicrotask structuredClone
  setTimeout clearTimeout setInterval clearInterval onmessage onerror
  AbortController AbortSignal DOMException Event EventTarget MessageChannel MessagePort`;

function answer({ run, judge }) {
  const output = (text) => send({ output: text });
  const tried = (count, what) => send({ tried: [count, what] });
  const call = (name, ...rest) => python.globals.get(name)(...rest, output, tried);
  if (run) return call("run", run.code, run.name, JSON.stringify(run.settings));
  const file = `/exercises/${judge.exercise}.py`;
  python.FS.mkdirTree(file.slice(0, file.lastIndexOf("/")));
  python.FS.writeFile(file, judge.text);
  return call("judge", judge.code, judge.exercise);
}

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else send({ done: JSON.parse(answer(data)), memory: python._module.HEAP8.length });
  } catch (error) {
    send({ fault: String(error?.message || error) });
  }
};
