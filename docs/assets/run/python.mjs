// Runs Python for the page, in one worker. Loaded when a reader first asks for it; the
// worker then stays, also when the theme swaps pages, so that a run starts at once.
import { keepSite } from "./offline.mjs";
import { forgetImage, judging, keepImage, parts } from "./parts.mjs";

const RENEW_ABOVE = 256 * 2 ** 20; // bytes; a heap never shrinks
const NOTHING = {
  ...{ ok: false, error: null, what: "", line: 0 },
  ...{ stopped: false, truncated: false, shown: null },
};

/** "cold" | "starting" | "ready" | "running" */
export let state = "cold";

let worker; // the one that is ready or runs
let started; // a promise of it
let job; // what is done now, or as soon as the worker is ready
const listeners = new Set();

/**
 * Starts Python. `onProgress({loaded, total, what})`: bytes. Rejects with an Error whose
 * message is for the reader.
 */
export async function start(onProgress) {
  if (onProgress) listeners.add(onProgress);
  try {
    await (started ??= spawn());
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

/** Ends what runs, or waits for Python to start. A fresh Python starts right away. */
export function stop() {
  if (state === "running") renew({ stopped: true });
  else end({ stopped: true });
}

async function ask(message, { seconds, onOutput, onTried, onProgress }) {
  while (job) await job.ended;
  const mine = (job = { onOutput, onTried });
  mine.ended = new Promise((resolve) => (mine.resolve = resolve));
  try {
    // Who stops before need not wait for what is on its way.
    const loading = start((progress) => job === mine && onProgress?.(progress));
    await Promise.race([loading, mine.ended]);
  } catch (error) {
    if (job === mine) end({});
    throw error;
  }
  if (job === mine) {
    state = "running";
    mine.began = performance.now();
    if (seconds) mine.timer = setTimeout(stop, seconds * 1000);
    worker.postMessage(message);
  }
  return mine.ended;
}

function end(answer) {
  const ended = job;
  if (!ended) return;
  job = undefined;
  clearTimeout(ended.timer);
  ended.resolve({ ...NOTHING, ...answer, ms: performance.now() - ended.began });
}

/** A new worker in the place of the present one, which ends with this answer. */
function renew(answer) {
  worker.terminate();
  started = spawn();
  started.catch(() => {}); // who runs next will hear of it
  end(answer);
}

function heard({ output, tried, done, fault, memory }) {
  if (output !== undefined) job?.onOutput?.(output);
  else if (tried) job?.onTried?.(...tried);
  else if (fault !== undefined)
    renew({ error: `Python broke down, and starts anew: ${fault}\n` });
  else {
    const answer = { ...done, ok: !done.error };
    if (memory > RENEW_ABOVE) return renew(answer);
    state = "ready";
    end(answer);
    idle(() => remember());
  }
}

// Workers

async function spawn() {
  state = "starting";
  try {
    if (typeof WebAssembly !== "object")
      throw new Error("Python needs WebAssembly, which is off in this browser. Turn it on.");
    const all = parts((progress) => {
      for (const listener of listeners) listener(progress);
    });
    const { opened } = await begun(all).catch(async (error) => {
      if (!(await all.rest).image) throw error;
      await forgetImage(); // without it, it takes a little longer
      return begun(all);
    });
    opened.onmessage = ({ data }) => worker === opened && heard(data);
    opened.onerror = ({ message }) => worker === opened && heard({ fault: message });
    worker = opened;
    state = "ready";
  } catch (error) {
    started = undefined;
    state = "cold";
    throw error;
  }
}

/** A worker that has started, and what it says then. */
async function begun({ code, rest }, wishes) {
  // From a blob, so that the page's security policy holds in the worker, too.
  const blob = new Blob([await code], { type: "text/javascript" });
  const address = URL.createObjectURL(blob);
  // It reads its code while the rest is on its way.
  const opened = new Worker(address, { type: "module", name: "python" });
  const heard = new Promise((resolve) => {
    opened.onmessage = ({ data }) => resolve(data);
    opened.onerror = ({ message }) => resolve({ fault: message || "no worker starts" });
  });
  try {
    opened.postMessage({ start: { ...(await rest), ...wishes } });
    const says = await heard;
    if (says.fault !== undefined)
      throw new Error(`Python cannot start: ${says.fault}\nReload the page.`);
    return { opened, ...says };
  } catch (error) {
    opened.terminate();
    throw error;
  } finally {
    URL.revokeObjectURL(address);
  }
}

// Later starts

const idle = globalThis.requestIdleCallback ?? ((task) => setTimeout(task, 1000));

/** Once a page. What fails here only makes a later start slower, or needs the network. */
let remember = async () => {
  remember = () => {};
  try {
    await makeImage();
    await keepSite();
  } catch (error) {
    console.warn(error);
  }
};

/** Has a second worker make the memory image from which later ones start. */
async function makeImage() {
  const all = parts();
  if ((await all.rest).image) return;
  const { opened, image } = await begun(all, { make: true });
  opened.terminate();
  await keepImage(image);
}
