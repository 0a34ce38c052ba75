// Runs Python for the page, in one worker. Loaded when a reader first asks for it; the
// worker then stays, also when the theme swaps pages, so that a run starts at once.
import { keepSite } from "./offline.mjs";
import { judging, keep, parts } from "./parts.mjs";

const RESPAWN_ABOVE = 256 * 2 ** 20; // bytes; a heap never shrinks

/** "cold" | "starting" | "ready" | "running" */
export let state = "cold";

let worker; // the one under way, from its start to its end
let started; // a promise: it is ready
let job; // what it does now
const listeners = new Set();

/**
 * Starts Python. `onProgress({loaded, total, what})`: bytes. Rejects with an Error whose
 * message is for the reader.
 */
export async function start(onProgress) {
  if (onProgress) listeners.add(onProgress);
  started ??= spawn();
  try {
    await started;
  } finally {
    listeners.delete(onProgress);
  }
}

/**
 * Runs a program; starts Python if need be. `seconds`: stop it after so long.
 * Gives {ok, error, what, line, stopped, truncated, shown, ms}.
 */
export function run({ code, name, settings = {}, ...rest }) {
  return ask({ run: { code, name, settings } }, rest);
}

/**
 * Has an exercise (section/page/exercises/name) judge a program. Gives {ok, solved, says,
 * error, what, line, stopped, truncated, ms}.
 */
export async function judge({ code, exercise, ...rest }) {
  const text = await judging(exercise);
  return ask({ judge: { code, exercise, text } }, rest);
}

/** Ends what runs, at once. A fresh Python starts right away. */
export function stop() {
  if (worker) renew({ ok: false, error: null, stopped: true });
}

async function ask(message, { seconds, onOutput, onTried, onProgress }) {
  await start(onProgress);
  while (job) await job.ended;
  if (state !== "ready") return ask(message, { seconds, onOutput, onTried, onProgress });
  state = "running";
  const began = performance.now();
  const mine = (job = { onOutput, onTried });
  mine.ended = new Promise((resolve) => {
    mine.end = (answer) => resolve({ ...NOTHING, ...answer, ms: performance.now() - began });
  });
  if (seconds) mine.timer = setTimeout(() => job === mine && stop(), seconds * 1000);
  worker.postMessage(message);
  return mine.ended;
}

const NOTHING = { what: "", line: 0, stopped: false, truncated: false, shown: null };

function end(answer) {
  const ended = job;
  job = undefined;
  clearTimeout(ended?.timer);
  ended?.end(answer);
}

/** A new worker in the place of the present one, which ends with this answer. */
function renew(answer) {
  discard();
  start().catch(() => {}); // who runs next will hear of it
  end(answer);
}

function discard() {
  worker?.terminate();
  worker = started = undefined;
  state = "cold";
}

async function spawn() {
  state = "starting";
  let mine;
  try {
    const all = await parts((progress) => {
      for (const listener of listeners) listener(progress);
    });
    mine = worker = open(all);
    await ready(mine);
  } catch (error) {
    if (worker === mine) discard();
    throw error;
  }
  mine.onmessage = ({ data }) => worker === mine && heard(data);
  mine.onerror = ({ message }) => worker === mine && heard({ fault: message });
  state = "ready";
}

/** A worker on its way. */
function open({ code, ...start }) {
  // From a blob, so that the page's security policy holds in the worker, too.
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const opened = new Worker(address, { type: "module", name: "python" });
  opened.postMessage({ start });
  return opened;
}

/** What the worker says when it has started. */
function ready(opened) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`Python cannot start: ${why}. Reload the page.`));
    opened.onerror = (event) => fail(event.message || "its worker is refused");
    opened.onmessage = ({ data }) => (data.fault ? fail(data.fault) : resolve(data));
  });
}

function heard({ output, tried, done, fault, memory }) {
  if (!job) return;
  if (output !== undefined) job.onOutput?.(output);
  else if (tried) job.onTried?.(...tried);
  else if (fault !== undefined)
    renew({ ok: false, error: `Python broke down, and starts anew: ${fault}\n` });
  else {
    const answer = { ok: !done.error, ...done };
    if (memory > RESPAWN_ABOVE) return renew(answer);
    state = "ready";
    end(answer);
    idle(() => remember());
  }
}

// Later starts

const idle = globalThis.requestIdleCallback ?? ((task) => setTimeout(task, 1000));

/** Once a page. What fails here only makes a later start slower, or needs the network. */
let remember = async () => {
  remember = () => {};
  try {
    await keepImage();
    await keepSite();
  } catch (error) {
    console.warn(error);
  }
};

/** Has a second worker make the memory image from which later ones start. */
async function keepImage() {
  const all = await parts();
  if (all.snapshot) return;
  const second = open({ ...all, make: true });
  try {
    await keep((await ready(second)).snapshot);
  } finally {
    second.terminate();
  }
}
