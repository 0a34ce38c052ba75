// What Python is made from: fetched once, kept on the device, and kept by the page for
// the next worker.
import { FILES } from "./files.mjs";

const WHAT = "Python";
// Other sites may share the origin. sw.js knows this name, too.
const KEPT = `${new URL("../../", import.meta.url).pathname} python`;

export const address = (name) => new URL(name, import.meta.url).href;

/** What judges an exercise (section/page/exercises/name): Python, as text. */
export const judging = (exercise) => text(`${FILES.exercises}/${exercise}.py`);

async function text(name) {
  return (await fetched(name)).text();
}

let loading;

/**
 * All parts: {wasm, core, simulator, boot, lock, more, snapshot?, code}. Fetched at the
 * first call; a failure is not kept. `onProgress({loaded, total, what})`: bytes that
 * come by the line, so it is not called where all is on the device already.
 */
export function parts(onProgress) {
  loading ??= load(onProgress).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(onProgress) {
  if (typeof WebAssembly !== "object")
    throw new Error("Python needs WebAssembly, which is off in this browser. Turn it on.");
  const store = await opened();
  const progress = { loaded: 0, total: 0, what: WHAT };
  const count = (bytes) => {
    progress.loaded += bytes;
    onProgress({ ...progress });
  };
  const part = async (key, read) => {
    const { name, bytes } = FILES[key];
    const unpacks = name.endsWith(".zst");
    const unpackedName = address(name.replace(/\.zst$/, ""));
    const there = unpacks && (await store?.match(unpackedName));
    if (there) return read(there);
    progress.total += bytes;
    const response = await fetched(name);
    let stream = response.body.pipeThrough(counter(count));
    if (!unpacks) return read(new Response(stream));
    stream = stream.pipeThrough(await unpacker());
    const headers = { "Content-Type": key === "wasm" ? "application/wasm" : "application/octet-stream" };
    let copy;
    if (store) [stream, copy] = stream.tee();
    const result = await read(new Response(stream, { headers }));
    // Not worth a failure: without it, the next visit unpacks again.
    copy && store.put(unpackedName, new Response(copy, { headers })).catch(() => {});
    return result;
  };
  const bytes = (response) => response.arrayBuffer();
  const words = (response) => response.text();
  const [wasm, core, simulator, engine, snapshot, boot, worker] = await Promise.all([
    part("wasm", (response) => WebAssembly.compileStreaming(response)),
    part("core", bytes),
    part("simulator", bytes),
    part("engine", words),
    store?.match(address(FILES.image)).then((kept) => kept?.arrayBuffer()),
    text(FILES.boot),
    text(FILES.worker),
  ]);
  const { lock, more } = FILES;
  return {
    ...{ wasm, core, simulator, boot, lock, snapshot },
    more: address(more.name),
    code: `${engine}\n${worker}`,
  };
}

/** Keeps a started Python's memory, for the next start. */
export async function keep(snapshot) {
  (await loading).snapshot = snapshot;
  const store = await opened();
  await store?.put(address(FILES.image), new Response(snapshot));
}

async function opened() {
  try {
    return await caches.open(KEPT);
  } catch {
    return undefined; // not on https, or the reader allows no storage
  }
}

async function fetched(name) {
  let response;
  try {
    response = await fetch(address(name));
  } catch {
    throw new Error("Python cannot be loaded without a connection. Try again with one.");
  }
  if (!response.ok)
    throw new Error(
      `Python cannot be loaded: ${name} is missing here (${response.status}). Reload the page.`,
    );
  return response;
}

function counter(count) {
  return new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
}

async function unpacker() {
  const { Decompress } = await import(address(FILES.unpack.name));
  let decompress;
  return new TransformStream({
    start(controller) {
      decompress = new Decompress((chunk) => controller.enqueue(chunk));
    },
    transform: (chunk) => decompress.push(chunk),
    flush: () => decompress.push(new Uint8Array(), true),
  });
}
