/* Gives each card its buttons and wakes its knobs. What they do is in ../run/, which is
   loaded when a reader first reaches for one: this file is on every page.

   On file:// a browser loads no module, and on paper nobody presses: there a card stays
   what it is without this script. */
"use strict";
window.cards ||= (() => {
  const LIVE = new URL("../run/live.mjs", document.currentScript.src);
  const SITE = new URL("../../", LIVE).pathname;
  const WORKS = location.protocol !== "file:";
  /** The program tries every run: it asks the explorer. */
  const explores = (code) =>
    /from sim\.explore import [(\s\w,]*\b(explore|count|search)\b/.test(code);
  const PICTURED = ".tabbed-set:has(> .tabbed-content > .tabbed-block > figure.spacetime)";

  let loading = null;
  /** The rest, once somebody wants it; a failure is not kept. */
  function live() {
    loading ||= import(LIVE).catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  /** Has a card, or a part of one, do something. */
  async function act(element, deed, detail) {
    try {
      await (await live()).act(element, deed, detail);
    } catch (error) {
      console.error(error);
      const says = element.querySelector(".card-says p");
      if (says) says.textContent = "This did not load. Try again when there is a connection.";
    }
  }

  function make(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  const button = (deed, text, kind = "quiet", label = "") =>
    `<button type="button" class="${kind}" data-act="${deed}"${label && ` aria-label="${label}"`}>${text}</button>`;

  function wake(card) {
    const program = card.querySelector(":scope > .program");
    if (!program || card.classList.contains("is-live")) return;
    card.classList.add("is-live");
    const file = `${card.id}.py`;
    card.querySelector(".card-title")?.append(
      make(
        `<span class="card-tools" role="group" aria-label="Tools of ${file}">` +
          button("edit", "Edit", "quiet", `Edit ${file}`) +
          button("copyProgram", "Copy", "quiet", `Copy program ${file}`) +
          button("copyLink", "Link", "quiet", `Copy link to this run of ${file}`) +
          "</span>",
      ),
    );
    let form = card.querySelector(":scope > .knobs");
    if (!form) program.after((form = make('<form class="knobs"></form>')));
    form.ariaLabel = `Run ${file}`;
    // A browser may fill in what was there before a reload.
    form.autocomplete = "off";
    form.reset();
    for (const field of form.elements) {
      field.disabled = false;
      if (field.type === "checkbox") field.role = "switch";
      // Beside a slider stands its value: the slider itself says it, once.
      const shown = field.nextElementSibling;
      if (field.type === "range") field.ariaValueText = shown.textContent;
      if (shown) shown.ariaHidden = "true";
    }
    form.elements.seed?.after(make(button("nextSeed", "next", "quiet", "Next seed")));
    const verb = explores(program.textContent) ? "Try every run" : "Run";
    form.prepend(make(`<button class="run" data-act="run">${verb}</button>`));
    // The bar and what it says stay together, so that they can stay in sight together.
    const bar = make(
      '<div class="card-bar"><div class="card-says"><p></p><progress hidden></progress></div><p class="card-aloud" role="status"></p></div>',
    );
    form.replaceWith(bar);
    bar.prepend(form);
    card
      .querySelector(":scope > .command")
      ?.append(make(button("copyCommand", "Copy", "quiet", "Copy command")));
  }

  function offerSteps(set) {
    if (set.querySelector(":scope > .steps")) return;
    set
      .querySelector(":scope > .tabbed-labels")
      .after(make(`<div class="steps">${button("step", "Step through")}</div>`));
  }

  function attach() {
    const isStill = !WORKS || document.getElementById("print-site-page");
    document.documentElement.classList.toggle("is-still", Boolean(isStill));
    if (isStill) return;
    const found = [...document.querySelectorAll(".card[data-program]")];
    found.forEach(wake);
    document.querySelectorAll(PICTURED).forEach(offerSteps);
    if (loading) live().then(({ moved }) => moved());
    for (const card of found)
      if (isKept(card.dataset.program)) act(card, "resume");
    follow();
  }

  function isKept(program) {
    try {
      return localStorage.getItem(`${SITE} program ${program}`) !== null;
    } catch {
      return false; // the reader allows no storage
    }
  }

  /** A link may bring settings for one card: #card?seed=3 */
  function follow() {
    if (!/^#[^?]*\?/.test(location.hash)) return;
    const id = location.hash.slice(1).split("?")[0];
    const card = document.getElementById(id);
    const known = card?.matches(".card.is-live");
    const first = document.querySelector(".card.is-live");
    if (known || first) act(known ? card : first, "arrive", known ? location.hash : "");
  }

  const cardOf = (event) => event.target.closest?.(".card.is-live");
  const on = (type, task) => document.addEventListener(type, task);

  if (WORKS) {
    on("click", (event) => {
      const pressed = event.target.closest?.("[data-act]");
      if (!pressed) return;
      event.preventDefault();
      act(pressed.closest(".card.is-live, .tabbed-set"), pressed.dataset.act, pressed);
    });
    on("input", (event) => {
      if (event.target.closest?.(".card.is-live .knobs")) act(cardOf(event), "turn", event.target);
    });
    on("submit", (event) => {
      if (cardOf(event)) event.preventDefault(); // Enter in a field has pressed Run
    });
    on("keydown", (event) => {
      const isRun = event.key === "Enter" && (event.ctrlKey || event.metaKey);
      if (!isRun || event.defaultPrevented || !cardOf(event)) return;
      event.preventDefault();
      act(cardOf(event), "go");
    });
    // Whoever reaches for a button will want what it needs.
    for (const type of ["pointerover", "focusin"])
      on(type, ({ target }) => target.closest?.("[data-act], .knobs") && live().catch(() => {}));
    addEventListener("hashchange", follow);
  }
  if (window.document$) document$.subscribe(attach);
  else document.addEventListener("DOMContentLoaded", attach);
  return { act, live, explores };
})();
