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
 * Promises of all that a worker takes: `code`, its text, and `rest`, which worker.mjs
 * names. Fetched at the first call; a failure is not kept. `onProgress({loaded, total,
 * what})`: bytes that come by the line, so it is not called where all is on the device.
 */
export function parts(onProgress) {
  if (loading) return loading;
  const { code, rest } = (loading = load(onProgress));
  for (const part of [code, rest]) part.catch(() => (loading = undefined));
  return loading;
}

function load(onProgress) {
  const store = opened();
  const progress = { loaded: 0, total: 0, what: "Python" };
  const part = (key, read, after) =>
    taken(FILES[key], read, { store, progress, onProgress, after });
  // Unpacked first, so that the worker reads it while the rest is unpacked here.
  const engine = part("engine", (response) => response.text());
  const bytes = (response) => response.arrayBuffer();
  return {
    code: Promise.all([engine, text(FILES.worker)]).then((texts) => texts.join("\n")),
    rest: settled({
      wasm: part("wasm", (response) => WebAssembly.compileStreaming(response), engine),
      core: part("core", bytes, engine),
      simulator: part("simulator", bytes, engine),
      boot: text(FILES.boot),
      image: keptImage(store),
      later: Object.entries(FILES.later).map(([key, { name }]) => [key, address(name)]),
      lock: FILES.lock,
    }),
  };
}

/** An object of promises as the promise of an object. */
async function settled(promises) {
  const values = await Promise.all(Object.values(promises));
  return Object.fromEntries(Object.keys(promises).map((key, at) => [key, values[at]]));
}

/** Reads one part: as it is kept on the device, or else as it comes. */
async function taken({ name, bytes }, read, { progress, onProgress, after, ...rest }) {
  const key = address(name.replace(PACKED, ""));
  const store = await rest.store;
  const there = await store?.match(key);
  if (there) return read(there);
  progress.total += bytes;
  const count = (chunk) => {
    progress.loaded += chunk.byteLength;
    onProgress({ ...progress });
    return chunk;
  };
  const response = await fetched(name);
  await after;
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

async function keptImage(opened) {
  const kept = await (await opened)?.match(address(FILES.image));
  return kept?.arrayBuffer();
}

/** Keeps it, in the place of those of older releases. */
export async function keepImage(image) {
  (await loading.rest).image = image;
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
  (await loading.rest).image = undefined;
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
