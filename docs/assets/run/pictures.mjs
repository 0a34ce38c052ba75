// The tabs of a card after a run: drawings, table of events, data. The recorded ones are
// kept aside, as they are, to come back on Reset.
import { cleaned, drawing, looks } from "./svg.mjs";

const LOADER = new URL("../js/diagram_loader.js", import.meta.url);
const HEAD = ["What happens", "Lamport", "Vector", "Changes"];
// As scripts/lib/card.py has it.
const COUNTS = "Lamport and Vector: the simulator's count, in which every event is one.";
const CHANGES = 5; // a column that only a run with variables has

export class Pictures {
  constructor(card) {
    this.card = card;
    this.recorded = card.querySelector(":scope > .tabbed-set");
    this.kind = kindOf(this.recorded);
    this.set = this.recorded;
    this.kept = new Map(); // a place in the recorded tabs: what stood there
    this.sequence = null; // Mermaid's text, while it waits to be looked at
    this.looks = this.recorded && this.#seen(this.recorded);
    this.recorded?.addEventListener("change", () => this.#drawSequence());
  }

  /** Shows what a run drew. */
  show(shown) {
    this.stale(false);
    if (shown.kind && shown.kind === this.kind) this.#use(this.recorded);
    else if (shown.kind) this.#use(newSet(shown.kind, this.card.id));
    else this.#use(null);
    if (!this.set) return;
    if (shown.svg) this.#fill("figure.spacetime, figure.plot", [drawing(shown.svg)]);
    if (shown.events) this.#fill(".events table", eventTable(shown.events, shown.unit));
    if (shown.data) this.#fill(".tabbed-block:has(.data)", shown.data.map(numbers));
    this.sequence = shown.mermaid ?? null;
    this.#drawSequence();
    window.spacetime?.attach(this.set);
    this.set.dispatchEvent(new Event("redrawn"));
  }

  /** What a run drew is no longer what the program says. */
  stale(is) {
    this.set?.classList.toggle("is-stale", is);
  }

  get differs() {
    return this.set !== this.recorded || (this.set && this.#seen(this.set) !== this.looks);
  }

  restore() {
    this.stale(false);
    this.sequence = null;
    for (const [place, nodes] of this.kept) {
      place.classList.remove("is-stale");
      place.replaceChildren(...nodes);
    }
    this.kept.clear();
    this.#use(this.recorded);
    this.recorded?.dispatchEvent(new Event("redrawn"));
  }

  // One set of tabs shows at a time; the recorded one only hides.
  #use(set) {
    if (set === this.set) return;
    if (this.set !== this.recorded) this.set?.remove();
    if (this.recorded) this.recorded.hidden = set !== this.recorded;
    if (set && set !== this.recorded) this.card.append(set);
    this.set = set;
  }

  #fill(selector, nodes) {
    const place = this.set.querySelector(selector);
    if (!place) return;
    if (this.set === this.recorded && !this.kept.has(place))
      this.kept.set(place, [...place.childNodes]);
    place.replaceChildren(...nodes);
  }

  #seen(set) {
    const svg = set.querySelector("figure.spacetime > svg, figure.plot > svg");
    const rows = [...set.querySelectorAll(".events tbody tr")].map((row) =>
      [...row.cells].map(({ textContent }) => textContent.trim()).join("|"),
    );
    return `${svg ? looks(svg) : ""}\n${rows.join("\n")}`;
  }

  // Mermaid is big: it is fetched, and draws, when its tab is in sight.
  async #drawSequence() {
    const text = this.sequence;
    const place = this.set && sequencePlace(this.set);
    if (!place || text === null) return;
    if (this.set === this.recorded && !this.kept.has(place))
      this.kept.set(place, [...place.childNodes]);
    place.classList.add("is-stale");
    if (!place.checkVisibility()) return;
    let drawn;
    try {
      await loader();
      const figure = await window.diagrams.draw(text, `run-${++drawings}`);
      figure.replaceChildren(cleaned(figure.querySelector("svg")));
      drawn = figure;
    } catch (error) {
      drawn = Object.assign(document.createElement("div"), {
        className: "diagram-fault",
        textContent: `This diagram cannot be drawn.\n${error.message}`,
      });
    }
    if (this.sequence !== text) return; // a later run was quicker
    this.sequence = null;
    place.classList.remove("is-stale");
    place.replaceChildren(drawn);
  }
}

let drawings = 0;

function kindOf(set) {
  if (!set) return null;
  return set.querySelector("figure.spacetime") ? "world" : "plot";
}

/** The tab whose drawing is Mermaid's, drawn or waiting. */
const sequencePlace = (set) =>
  set.querySelector("figure.sequence, div.mermaid, .diagram-fault, .sequence-place")?.closest(".tabbed-block");

let loading = null;
function loader() {
  if (window.diagrams) return Promise.resolve();
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = LOADER;
    script.onload = resolve;
    script.onerror = () => {
      loading = null;
      reject(new Error("Mermaid cannot be loaded: there is no connection."));
    };
    document.head.append(script);
  });
  return loading;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function row(cells) {
  return element("tr", {}, ...cells.map(cell));
}

// The last column, Changes, has several.
function cell(content) {
  if (!Array.isArray(content)) return element("td", {}, `${content}`);
  const changes = content.map(([text, name]) => {
    const code = element("code", {}, text);
    code.dataset.name = name;
    return code;
  });
  return element("td", { className: "changes" }, ...changes.flatMap((one, n) => (n ? [" ", one] : [one])));
}

function eventTable(rows, unit) {
  const wide = rows.some((cells) => cells[CHANGES].length) ? CHANGES + 1 : CHANGES;
  const body = rows.map((cells) => row(cells.slice(0, wide)));
  return [element("caption", {}, COUNTS), headings(["Event", unit, ...HEAD].slice(0, wide)), element("tbody", {}, ...body)];
}

const headings = (titles) =>
  element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))));

/** A table as the theme wraps it: what is too wide scrolls by itself. */
function scrolling(...parts) {
  const inner = element("div", { className: "md-typeset__table" }, element("table", {}, ...parts));
  return element("div", { className: "md-typeset__scrollwrap", tabIndex: 0 }, inner);
}

/** The numbers of a plot, as scripts/lib/card.py writes them. */
function numbers({ title, head, rows, note }) {
  const table = scrolling(
    element("caption", {}, title),
    headings(head),
    element("tbody", {}, ...rows.map(row)),
  );
  return element("div", { className: "data" }, table, ...(note ? [element("p", {}, note)] : []));
}

/** Tabs for a run of another kind than the recorded one, made like the builder's. */
function newSet(kind, id) {
  const figure = (name) => element("figure", { className: `diagram ${name}` });
  const table = scrolling();
  const tabs =
    kind === "world"
      ? [
          ["Space-time diagram", figure("spacetime")],
          ["Sequence diagram", element("div", { className: "sequence-place" })],
          ["Events", element("div", { className: "events" }, table)],
        ]
      : [
          ["Plot", figure("plot")],
          ["Data", element("div", { className: "data" })],
        ];
  const name = `__tabbed_${id}`;
  const inputs = tabs.map((_, n) =>
    element("input", { type: "radio", name, id: `${name}_${n + 1}`, checked: n === 0 }),
  );
  const labels = tabs.map(([title], n) => element("label", { htmlFor: inputs[n].id }, title));
  const blocks = tabs.map(([, content]) => element("div", { className: "tabbed-block" }, content));
  const step = element("button", { type: "button", className: "quiet" }, "Step through");
  step.dataset.act = "step";
  const set = element(
    "div",
    { className: "tabbed-set tabbed-alternate" },
    ...inputs,
    element("div", { className: "tabbed-labels" }, ...labels),
    ...(kind === "world" ? [element("div", { className: "steps" }, step)] : []),
    element("div", { className: "tabbed-content" }, ...blocks),
  );
  set.dataset.tabs = `1:${tabs.length}`;
  return set;
}
