// Runs Python for the page, in one worker. Loaded when a reader first asks for it; the
// worker then stays, also when the theme swaps pages, so that a run starts at once.
import { FILES } from "./files.mjs";

const RESPAWN_ABOVE = 256 * 2 ** 20; // bytes; a heap never shrinks

/** "cold" | "starting" | "ready" | "running" */
export let state = "cold";

let worker; // the worker under way, from its start to its end
let started; // a promise: the worker is ready
let job; // the run under way
let parts; // a promise: what a worker is made from; kept for the next one

const address = (name) => new URL(name, import.meta.url).href;

/** Fetches, compiles and starts Python. `onProgress({loaded, total, what})`: bytes. */
export function start(onProgress = () => {}) {
  listeners.add(onProgress);
  started ??= spawn().catch((error) => {
    discard();
    throw error;
  });
  return started.finally(() => listeners.delete(onProgress));
}

/**
 * Runs a program; starts Python if need be. `seconds`: stop it after so long.
 * Gives {ok, error, what, line, stopped, truncated, shown, ms}.
 */
export async function run({ code, name, settings = {}, ...rest }) {
  return ask({ run: { code, name, settings } }, rest);
}

/** Ends what runs, at once. A fresh Python starts right away. */
export function stop() {
  if (!worker) return;
  const ended = job;
  job = undefined;
  discard();
  ended?.resolve({ ok: false, error: null, stopped: true, truncated: false, shown: null });
  start().catch(() => {}); // whoever runs next will hear of it
}

// The parts

const listeners = new Set();
const progress = { loaded: 0, total: FILES.bytes, what: "Python" };

function tell(bytes) {
  progress.loaded = Math.min(progress.loaded + bytes, progress.total);
  for (const listener of listeners) listener({ ...progress });
}

/** Fetches a file, and counts its bytes as they come. */
async function fetched(name, weight = 1) {
  let response;
  try {
    response = await fetch(address(name));
  } catch {
    throw new Error("Python cannot be loaded: no connection. Try again when there is one.");
  }
  if (!response.ok)
    throw new Error(
      `Python cannot be loaded: ${name} is missing (${response.status}). Reload the page.`,
    );
  const counter = new TransformStream({
    transform(chunk, controller) {
      tell(chunk.byteLength * weight);
      controller.enqueue(chunk);
    },
  });
  const { headers } = response;
  return new Response(response.body.pipeThrough(counter), { headers });
}

async function load() {
  if (typeof WebAssembly !== "object")
    throw new Error("This browser runs no WebAssembly, which Python needs: allow it.");
  const bytes = async (name) => (await fetched(name)).arrayBuffer();
  const text = async (name) => (await fetched(name)).text();
  const [wasm, library, simulator, boot, code] = await Promise.all([
    fetched(FILES.wasm).then((response) => WebAssembly.compileStreaming(response)),
    bytes(FILES.library),
    bytes(FILES.simulator),
    text("boot.py"),
    text("worker.mjs"),
  ]);
  return { wasm, library, simulator, boot, code };
}

// The worker

async function spawn() {
  state = "starting";
  parts ??= load();
  parts.catch(() => (parts = undefined));
  const { code, ...rest } = await parts;
  // From a blob, so that the page's security policy holds in the worker, too.
  const blob = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const mine = new Worker(blob, { type: "module", name: "python" });
  worker = mine;
  await new Promise((resolve, reject) => {
    mine.onerror = (event) =>
      reject(new Error(`Python cannot start: ${event.message || "its worker fails"}.`));
    mine.onmessage = ({ data }) => {
      if (data.ready) resolve();
      else if (data.fault) reject(new Error(`Python cannot start: ${data.fault}`));
    };
    const files = {
      base: address("."),
      pyodide: address(FILES.pyodide),
      emscripten: address(FILES.emscripten),
      lock: FILES.lock,
    };
    mine.postMessage({ start: { files, ...rest } });
  }).finally(() => URL.revokeObjectURL(blob));
  mine.onmessage = ({ data }) => worker === mine && heard(data);
  mine.onerror = (event) => worker === mine && heard({ fault: event.message });
  state = "ready";
}

function discard() {
  worker?.terminate();
  worker = started = undefined;
  state = "cold";
}

async function ask(message, { seconds, onOutput, onTried }) {
  await job?.promise;
  await start();
  if (state === "running") return ask(message, { seconds, onOutput, onTried });
  state = "running";
  const began = performance.now();
  job = { onOutput, onTried };
  const current = job;
  job.promise = new Promise((resolve) => {
    job.resolve = (answer) => {
      clearTimeout(current.timer);
      resolve({ ...answer, ms: performance.now() - began });
    };
  });
  if (seconds) job.timer = setTimeout(() => job === current && stop(), seconds * 1000);
  worker.postMessage(message);
  return current.promise;
}

function heard({ output, tried, done, fault }) {
  if (!job) return;
  if (output !== undefined) job.onOutput?.(output);
  else if (tried !== undefined) job.onTried?.(tried.count, tried.what);
  else if (done || fault !== undefined) {
    const ended = job;
    job = undefined;
    state = "ready";
    if (fault !== undefined || done.memory > RESPAWN_ABOVE) {
      discard();
      start().catch(() => {});
    }
    ended.resolve(
      done
        ? { ok: !done.error, stopped: false, ...done }
        : { ok: false, error: `Python broke down and starts anew: ${fault}\n`, stopped: false, truncated: false, shown: null },
    );
  }
}
