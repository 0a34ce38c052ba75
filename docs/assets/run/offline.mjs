// Has the service worker (sw.js) keep the site, once a reader has run a program.
import { FILES } from "./files.mjs";

/** What this page has loaded is kept, and the rest of the site unless data is to be saved. */
export async function keepSite() {
  // Neither in a preview nor on plain http.
  if (!FILES.offline || !navigator.serviceWorker) return;
  await navigator.serviceWorker.register(new URL(FILES.offline, import.meta.url));
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  active.postMessage({
    keep: [location.href, ...loaded],
    fill: !navigator.connection?.saveData,
  });
}
