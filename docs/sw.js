/* Keeps the site for readers without a connection. Registered when a reader first runs a
   program (run/offline.mjs), and only in a release: the build puts RELEASE in front.

   With a connection, pages always come from the network. What is named by its content
   never changes and is taken from here. Kept is only what RELEASE lists, byte for byte,
   one cache a release: without a connection, a reader has the whole of one release. */
"use strict";
const HERE = new URL("./", location).pathname;
const SITE = `${HERE} site `; // other sites may share the origin
const MINE = SITE + RELEASE.name;
const WHOLE = `${HERE}whole`; // a mark in a cache that has all of its release
const LASTING = /\.([0-9a-f]{8}|[A-Z2-7]{8})[./]/;
const PATIENCE = 4000; // ms until a kept page is better than a slow line
const QUIET = 2000; // ms without a request: now a new release may take over

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([clients.claim(), registration.navigationPreload?.enable()])),
);

addEventListener("message", (event) => {
  const { keep, fill } = event.data;
  event.waitUntil(keepThese(keep).then(() => fill && filled()));
});

let asked = 0; // when something was asked for last

addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  asked = Date.now();
  if (request.method !== "GET" || path === null || request.headers.has("range")) return;
  if (LASTING.test(path)) event.respondWith(lasting(event, path));
  else if (path in RELEASE.files) event.respondWith(fresh(event, path));
});

/** Where an address lies below the site; null if it does not. */
function pathOf(address) {
  const { origin, pathname } = new URL(address, location);
  if (origin !== location.origin || !pathname.startsWith(HERE)) return null;
  const path = decodeURI(pathname.slice(HERE.length));
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

async function lasting(event, path) {
  const there = await kept(path);
  if (there) return there;
  const response = await fetch(event.request);
  if (response.ok && path in RELEASE.files)
    event.waitUntil(store(path, response.clone()));
  return response;
}

async function fresh(event, path) {
  const loading = loaded(event, path);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const early = await Promise.race([loading.catch(() => undefined), late]);
  return early ?? (await kept(path)) ?? loading;
}

async function loaded(event, path) {
  const response = (await event.preloadResponse) ?? (await fetch(event.request));
  if (response.ok) event.waitUntil(store(path, response.clone()));
  event.waitUntil(renewed(event.request));
  return response;
}

/** What was kept of the newest release that is here as a whole, or else of any. */
async function kept(path) {
  let part;
  for (const name of [MINE, ...(await others())]) {
    const cache = await caches.open(name);
    const there = await cache.match(HERE + path);
    if (there && (LASTING.test(path) || (await cache.match(WHOLE)))) return there;
    part ??= there;
  }
  return part;
}

/** The caches of other releases. */
async function others() {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith(SITE) && name !== MINE);
}

/** Keeps a file if it is the one of this release; gives whether it is. */
async function store(path, response) {
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const isMine = btoa(String.fromCharCode(...digest)) === RELEASE.files[path];
  if (isMine) {
    const type = response.headers.get("Content-Type");
    const copy = new Response(bytes, { headers: { "Content-Type": type } });
    await (await caches.open(MINE)).put(HERE + path, copy);
  } else await updated();
  return isMine;
}

let updating;

/** Gets the worker of another release, once the page has what it asked for: Chromium can
    lose a request that is under way when one worker takes over from the other. */
function updated() {
  updating ??= update()
    .catch(() => {}) // no connection: another time
    .finally(() => (updating = undefined));
  return updating;
}

async function update() {
  for (let left = QUIET; left > 0; left = asked + QUIET - Date.now())
    await new Promise((resolve) => setTimeout(resolve, left));
  await registration.update();
}

async function keepThese(addresses) {
  for (const path of addresses.map(pathOf))
    if (path in RELEASE.files) await taken(path).catch(() => {});
}

/** Has a file kept; gives whether it is. */
async function taken(path) {
  const cache = await caches.open(MINE);
  if (await cache.match(HERE + path)) return true;
  // What the page has just loaded need not come again by the line.
  const mode = LASTING.test(path) ? "force-cache" : "no-cache";
  const response = await fetch(HERE + path, { cache: mode, priority: "low" });
  return response.ok && store(path, response);
}

let filling;

/** Keeps the whole release, file by file; goes on where it stopped. */
function filled() {
  filling ??= fill()
    .catch(() => {}) // no connection, no room: another time
    .finally(() => (filling = undefined));
  return filling;
}

async function fill() {
  const cache = await caches.open(MINE);
  if (await cache.match(WHOLE)) return;
  for (const path of Object.keys(RELEASE.files)) if (!(await taken(path))) return;
  await cache.put(WHOLE, new Response());
  for (const name of await others()) await caches.delete(name);
}

/** A reader who has an older release as a whole gets this one, too. */
async function renewed(request) {
  if (request.mode !== "navigate" || navigator.connection?.saveData) return;
  if ((await others()).length) await filled();
}
