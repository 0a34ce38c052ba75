// There is one Python and there are many cards: who asks waits for its turn.
const waiting = [];
let current = null;

/**
 * Runs `task` when nobody else's runs. `owner` may leave the queue again.
 * `onWait` is called if there is a wait. Gives what the task gives; undefined if it left.
 */
export function inTurn(owner, task, onWait = () => {}) {
  return new Promise((resolve, reject) => {
    waiting.push({ owner, task, resolve, reject });
    if (current) onWait(current.owner);
    next();
  });
}

/** Whose task runs. */
export const running = () => current?.owner ?? null;

/** Who waits for a turn. */
export const waiters = () => waiting.map(({ owner }) => owner);

/** Takes what `owner` still waits for out of the queue. */
export function leave(owner) {
  for (const job of waiting.filter((job) => job.owner === owner)) {
    waiting.splice(waiting.indexOf(job), 1);
    job.resolve(undefined);
  }
}

async function next() {
  if (current || !waiting.length) return;
  current = waiting.shift();
  const { task, resolve, reject } = current;
  try {
    resolve(await task());
  } catch (error) {
    reject(error);
  } finally {
    current = null;
    next();
  }
}
