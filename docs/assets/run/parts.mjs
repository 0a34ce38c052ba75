// What Python is made from: fetched once, with progress, and kept by the page for the
// next worker and on the device for the next visit.
import { FILES } from "./files.mjs";

// Other sites may share the origin.
const KEPT = `${new URL("../../", import.meta.url).pathname} python`;
const PACKED = /\.zst$/;

/** What judges an exercise (section/page/exercises/name): Python, as text. */
export const judging = (exercise) => text(`${FILES.exercises}/${exercise}.py`);

let loading;

/**
 * All parts, as worker.mjs wants them, and its `code`. Fetched at the first call; a
 * failure is not kept. `onProgress({loaded, total, what})`: bytes that come by the line,
 * so it is not called where all is on the device.
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
  const progress = { loaded: 0, total: 0, what: "Python" };
  const part = (key, read) => taken(FILES[key], read, store, progress, onProgress);
  const bytes = (response) => response.arrayBuffer();
  const [wasm, core, simulator, engine, image, boot, worker] = await Promise.all([
    part("wasm", (response) => WebAssembly.compileStreaming(response)),
    part("core", bytes),
    part("simulator", bytes),
    part("engine", (response) => response.text()),
    store?.match(address(FILES.image)).then((kept) => kept?.arrayBuffer()),
    text(FILES.boot),
    text(FILES.worker),
  ]);
  const more = address(FILES.more.name);
  const code = `${engine}\n${worker}`;
  return { wasm, core, simulator, image, boot, more, lock: FILES.lock, code };
}

/** Reads one part: as it is kept on the device, or else as it comes. */
async function taken({ name, bytes }, read, store, progress, onProgress) {
  const key = address(name.replace(PACKED, ""));
  const there = await store?.match(key);
  if (there) return read(there);
  progress.total += bytes;
  const count = (chunk) => {
    progress.loaded += chunk.byteLength;
    onProgress({ ...progress });
    return chunk;
  };
  const response = await fetched(name);
  let stream = response.body.pipeThrough(each(count));
  if (PACKED.test(name)) stream = stream.pipeThrough(await unpacker());
  let copy;
  if (store) [stream, copy] = stream.tee();
  const type = name.includes(".wasm") ? "application/wasm" : "application/octet-stream";
  const made = (body) => new Response(body, { headers: { "Content-Type": type } });
  // Not worth a failure: without it, the next visit loads again.
  if (copy) store.put(key, made(copy)).catch(() => {});
  try {
    return await read(made(stream));
  } catch (error) {
    const why = `Python cannot be loaded: ${base(name)} came only in part`;
    throw new Error(`${why} (${error.message}). Try again.`);
  }
}

// What a started Python's memory is like: later ones begin with it.

/** Keeps it, in the place of those of older releases. */
export async function keepImage(image) {
  (await loading).image = image;
  const store = await opened();
  if (!store) return;
  await store.put(address(FILES.image), new Response(image));
  const names = Object.values(FILES).map((file) => file?.name?.replace(PACKED, ""));
  const present = new Set([FILES.image, ...names].filter(Boolean).map(address));
  for (const request of await store.keys())
    if (!present.has(request.url)) await store.delete(request);
}

/** Forgets one that is of no use. */
export async function forgetImage() {
  (await loading).image = undefined;
  await (await opened())?.delete(address(FILES.image));
}

// Files

const address = (name) => new URL(name, import.meta.url).href;
const base = (name) => name.slice(name.lastIndexOf("/") + 1);

async function opened() {
  try {
    return await caches.open(KEPT);
  } catch {
    return undefined; // not on https, or the reader allows no storage
  }
}

async function text(name) {
  return (await fetched(name)).text();
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
      `Python cannot be loaded: ${base(name)} is missing here (${response.status}). ` +
        "Reload the page.",
    );
  return response;
}

const each = (change) =>
  new TransformStream({
    transform: (chunk, controller) => controller.enqueue(change(chunk)),
  });

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
