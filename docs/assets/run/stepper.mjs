// Steps through a run, forward and back: the drawing and the table show how far it is,
// and each node's variables stand as they were then. It reads what the card shows, so
// it needs no Python; the table's last column says what each event changed.

const PACE = 1100; // ms from one step to the next while it plays
const steppers = new WeakMap();

/** Opens the steps of a set of tabs. */
export function stepThrough(set) {
  if (!steppers.has(set)) steppers.set(set, new Stepper(set));
  steppers.get(set).open();
}

/** A name goes with its attributes; «ask:» stands for all of a function. */
function without(variables, gone) {
  const below = gone.endsWith(":") ? `${gone} ` : `${gone}.`;
  for (const name of [...variables.keys()])
    if (name === gone || name.startsWith(below)) variables.delete(name);
}

const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M11 3v10L4 8z",
  forward: "M5 3v10l7-5z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z",
  close: "M4 3 8 7l4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z",
};

class Stepper {
  constructor(set) {
    this.set = set;
    this.bar = set.querySelector(":scope > .steps");
    this.opener = this.bar.firstElementChild;
    this.step = 0; // how many events have happened; 0: closed
    set.addEventListener("redrawn", () => this.step && this.#restart());
    // Pointing at an event, or at its row, leads there; so do the drawing's own keys.
    set.addEventListener("click", ({ target }) => this.step && this.#goTo(this.rows, target.closest("tr")));
    set.addEventListener("focusin", ({ target }) => this.step && this.#goTo(this.events, target.closest(".event")));
  }

  open() {
    if (this.step) return;
    this.#build();
    this.#read();
    this.bar.classList.add("is-open");
    this.#go(1);
    this.controls.querySelector("[data-to=forward]").focus({ preventScroll: true });
    this.bar.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#pause();
    this.#clear();
    this.step = 0;
    this.bar.classList.remove("is-open");
    this.bar.removeAttribute("role");
    this.bar.replaceChildren(this.opener);
    this.opener.focus({ preventScroll: true });
  }

  /** A run drew anew: the same step of it, if it has so many. */
  #restart() {
    this.#pause();
    const { step } = this;
    this.#read();
    this.slider.max = this.events.length;
    this.#go(Math.min(step, this.events.length));
  }

  // What there is ------------------------------------------------------------

  #read() {
    const svg = this.set.querySelector("figure.spacetime > svg");
    this.events = [...svg.querySelectorAll(".event")];
    this.rows = [...this.set.querySelectorAll(".events tbody tr")];
    this.messages = [...svg.querySelectorAll("[data-send]")].map((element) => {
      const { send, receive = Infinity } = element.dataset;
      return { element, send: Number(send), receive: Number(receive) };
    });
    // Stretches of time: where they begin decides whether they have come.
    this.stretches = [...svg.querySelectorAll(".instant, .down, .cut, .hatch, .wait, .patience")].map(
      (element) => ({ element, top: element.getBBox().y }),
    );
    this.tops = this.events.map((event) => event.transform.baseVal[0].matrix.f);
    this.changes = this.rows.map((row) =>
      [...row.querySelectorAll(".changes code")].map(({ textContent, dataset: { name } }) => {
        const sets = textContent.startsWith(`${name} = `);
        return { text: textContent, name, value: sets ? textContent.slice(name.length + 3) : null };
      }),
    );
    this.nodes = [...new Set(this.events.map(({ dataset }) => dataset.node))];
    this.told = this.changes.some((list) => list.length);
  }

  /** The variables of each node after so many events: node → name → [value, is new]. */
  #state(step) {
    const state = new Map(this.nodes.map((node) => [node, new Map()]));
    for (let at = 0; at < step; at++) {
      const variables = state.get(this.events[at].dataset.node);
      for (const { name, value } of this.changes[at] ?? []) {
        if (value === null) without(variables, name);
        else variables.set(name, [value, at === step - 1]);
      }
    }
    return state;
  }

  #words(step) {
    const [event, when, what] = [...this.rows[step - 1].cells].map((cell) => cell.textContent);
    const unit = this.set.querySelector(".events th:nth-child(2)").textContent;
    return `${event}, ${unit === "ms" ? `${when} ms` : `${unit} ${when}`}: ${what}`;
  }

  // Going ----------------------------------------------------------------------

  #go(step, { follow = false, aloud = false } = {}) {
    const now = Math.max(1, Math.min(step, this.events.length));
    this.step = now;
    const at = now - 1;
    for (const [n, event] of this.events.entries()) mark(event, n, at);
    for (const [n, row] of this.rows.entries()) {
      mark(row, n, at);
      if (n === at) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    }
    for (const { element, send, receive } of this.messages) {
      element.classList.toggle("is-later", send > at);
      element.classList.toggle("is-under-way", send <= at && receive > at && receive !== Infinity);
    }
    for (const { element, top } of this.stretches)
      element.classList.toggle("is-later", top >= this.tops[at]);
    const words = this.#words(now);
    this.slider.value = now;
    this.slider.ariaValueText = `${now} of ${this.events.length}. ${words}`;
    this.count.textContent = `${now} of ${this.events.length}`;
    this.sentence.textContent = words;
    this.#tellState(now);
    if (aloud) this.aloud.textContent = `${now} of ${this.events.length}. ${words}. ${this.changes[at]?.map(({ text }) => text).join(", ") ?? ""}`;
    if (follow) this.#follow(at);
  }

  #tellState(step) {
    if (!this.told) return;
    const rows = [...this.#state(step)].map(([node, variables]) => {
      const name = Object.assign(document.createElement("dt"), { textContent: node });
      const values = document.createElement("dd");
      for (const [key, [value, isNew]] of variables) {
        const one = document.createElement("code");
        one.textContent = `${key} = ${value}`;
        if (isNew) one.className = "is-new";
        values.append(one, " ");
      }
      return [name, values];
    });
    this.state.replaceChildren(...rows.flat());
    // It grows where it must, but does not shrink: the drawing would jump.
    this.state.style.minHeight = `${this.state.offsetHeight}px`;
  }

  // The event, or its row, should be in sight below the controls and, where the drawing is
  // wider than its frame, within that.
  #follow(at) {
    const target = [this.events[at], this.rows[at]].find((one) => one?.checkVisibility());
    const { top, bottom } = target.getBoundingClientRect();
    const edge = this.bar.getBoundingClientRect().bottom;
    if (top < edge + 20) scrollBy(0, top - edge - 60);
    else if (bottom > innerHeight - 20) scrollBy(0, bottom - innerHeight + 120);
    const frame = target.closest("figure");
    if (!frame) return;
    const { left, right } = frame.getBoundingClientRect();
    const place = (target.querySelector(".mark") ?? target).getBoundingClientRect();
    if (place.left < left + 20) frame.scrollBy(place.left - left - 100, 0);
    else if (place.right > right - 20) frame.scrollBy(place.right - right + 100, 0);
  }

  #clear() {
    for (const one of [...this.events, ...this.rows, ...this.messages, ...this.stretches]) {
      const element = one.element ?? one;
      element.classList.remove("is-now", "is-later", "is-under-way");
      element.removeAttribute("aria-current");
    }
  }

  #goTo(all, one) {
    const at = all.indexOf(one);
    if (at >= 0) this.#user(at + 1);
  }

  /** A step that the reader took. */
  #user(step, options) {
    this.#pause();
    this.#go(step, options);
  }

  #play() {
    if (this.timer) return this.#pause();
    if (this.step === this.events.length) this.#go(1);
    this.player.textContent = "Pause";
    this.timer = setInterval(() => {
      if (!this.bar.isConnected || this.step >= this.events.length) return this.#pause();
      if (!document.hidden) this.#go(this.step + 1, { follow: true, aloud: true });
    }, PACE);
  }

  #pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.player) this.player.textContent = "Play";
  }

  // The controls -----------------------------------------------------------------

  #build() {
    const button = (to, name) =>
      `<button type="button" class="quiet" data-to="${to}" aria-label="${name}"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[to]}"/></svg></button>`;
    this.bar.setAttribute("role", "group");
    this.bar.ariaLabel = "Steps of the run";
    this.bar.innerHTML =
      `<div class="steps-controls">${button("first", "First step")}${button("back", "One step back")}` +
      `${button("forward", "One step forward")}${button("last", "Last step")}` +
      '<input type="range" min="1" step="1" aria-label="Step"><span class="steps-count"></span>' +
      '<button type="button" class="quiet" data-to="play">Play</button>' +
      `${button("close", "Close the steps")}</div>` +
      '<p class="steps-words"></p><dl class="steps-state"></dl><p class="card-aloud" role="status"></p>';
    const find = (selector) => this.bar.querySelector(selector);
    this.controls = find(".steps-controls");
    this.slider = find("input");
    this.count = find(".steps-count");
    this.sentence = find(".steps-words");
    this.state = find(".steps-state");
    this.aloud = find(".card-aloud");
    this.player = find("[data-to=play]");
    this.slider.max = this.set.querySelectorAll("figure.spacetime .event").length;
    this.slider.addEventListener("input", () => this.#user(Number(this.slider.value), { follow: true }));
    this.controls.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.dataset.to));
    this.controls.addEventListener("keydown", (event) => this.#key(event));
  }

  #press(to) {
    const moves = { first: 1, back: this.step - 1, forward: this.step + 1, last: this.events.length };
    if (to in moves) this.#user(moves[to], { follow: true, aloud: true });
    else if (to === "play") this.#play();
    else if (to === "close") this.#close();
  }

  #key(event) {
    const to = { ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last", Escape: "close" }[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // the page has keys of its own
    if (event.target === this.slider && to !== "close") return; // it knows these
    event.preventDefault();
    this.#press(to);
  }
}

function mark(element, n, at) {
  element.classList.toggle("is-now", n === at);
  element.classList.toggle("is-later", n > at);
}
