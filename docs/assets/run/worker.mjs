// Python, in a worker of its own. python.mjs starts it and is all that talks to it.
//   in : {start: {…}}, then {run: {code, name, settings}}
//   out: {ready}, {output: text}, {done: answer}, {fault: text}
const send = self.postMessage.bind(self);
const MOST_MEMORY = 512 * 2 ** 20; // bytes

let python;

async function start({ files, wasm, library, simulator, boot }) {
  limitMemory();
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    import(files.pyodide),
    import(files.emscripten),
  ]);
  // Pyodide fetches these two by itself; the page already has them.
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
  self.fetch = async () => new Response(library);
  python = await loadPyodide({
    createPyodideModule,
    indexURL: files.base,
    env: { PYTHONHASHSEED: "0" },
    // Otherwise it asks for a list of packages, and knows another host.
    lockFileContents: files.lock,
    packageBaseUrl: files.base,
  });
  python.unpackArchive(simulator, "zip", { extractDir: "/home/pyodide" });
  python.runPython(boot, { filename: "boot.py" });
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

function run({ code, name, settings }) {
  const answer = python.globals.get("run")(code, name, JSON.stringify(settings), (text) =>
    send({ output: text }),
  );
  send({ done: { ...JSON.parse(answer), memory: python._module.HEAP8.length } });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else run(data.run);
  } catch (error) {
    send({ fault: String(error.message || error) });
  }
};
