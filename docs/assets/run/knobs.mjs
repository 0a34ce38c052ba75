// The knobs of a card: what they say, and what the reader moved.

/** A value in words, as the recorded card has it. */
function inWords(field, unit) {
  if (field.type === "checkbox") return field.checked ? "yes" : "no";
  return `${Number(field.value)} ${unit}`.trim();
}

const said = (value) => (typeof value === "boolean" ? (value ? "yes" : "no") : `${value}`);

export class Knobs {
  constructor(form) {
    this.form = form;
    this.recorded = [...form.querySelectorAll("label")];
    this.defaults = Object.fromEntries(this.fields.map((field) => [field.name, firstValue(field)]));
  }

  get fields() {
    return [...this.form.elements].filter(({ name }) => name);
  }

  /** name → value as text: what the command line and Python take. */
  values() {
    return Object.fromEntries(
      this.fields.map((field) => [
        field.name,
        field.type === "checkbox" ? said(field.checked) : field.value,
      ]),
    );
  }

  /** Only what differs from the program's own defaults. */
  moved() {
    return Object.fromEntries(
      Object.entries(this.values()).filter(([name, value]) => value !== this.defaults[name]),
    );
  }

  /** What is wrong with a value that was typed; "" if nothing is. */
  fault() {
    const field = this.fields.find((field) => field.value === "" || !field.checkValidity());
    return field ? limits(field) : "";
  }

  /** Shows the present value beside a field. */
  tell(field) {
    const shown = field.closest("label")?.querySelector("output");
    if (!shown) return;
    shown.dataset.unit ??= shown.textContent.replace(/^\S+ ?/, "");
    shown.textContent = inWords(field, field.type === "range" ? shown.dataset.unit : "");
    if (field.type === "range") field.ariaValueText = shown.textContent;
  }

  /** Sets values; throws with words if one does not fit. */
  set(settings) {
    const before = this.values();
    try {
      for (const [name, value] of Object.entries(settings)) this.#setOne(name, value);
    } catch (fault) {
      for (const [name, value] of Object.entries(before)) this.#setOne(name, value);
      throw fault;
    }
  }

  #setOne(name, value) {
    const field = this.fields.find((field) => field.name === name);
    if (!field) throw new RangeError(`there is no «${name}»`);
    const text = said(value);
    if (field.type === "checkbox") {
      if (!/^(yes|no)$/.test(text)) throw new RangeError(`${label(field)} is yes or no`);
      field.checked = text === "yes";
    } else {
      field.value = text;
      // A slider moves a value that it cannot take; a select then shows nothing.
      const took = field.type === "range" ? Number(field.value) === Number(text) : field.value === text;
      if (!took || !field.checkValidity()) throw new RangeError(limits(field));
    }
    this.tell(field);
  }

  next(name) {
    const field = this.fields.find((field) => field.name === name);
    const { min, max, value } = field;
    field.value = Number(value) >= Number(max) ? min : Number(value) + 1;
    return field;
  }

  /** After a run: the knobs that this program has, where the run left them. */
  follow(knobs, settings) {
    this.defaults = Object.fromEntries(knobs.map((knob) => [knob.name, said(knob.default)]));
    if (`${this.fields.map(shape)}` !== `${knobs.map(shapeOf)}`) this.#put(knobs.map(knobField));
    for (const [name, value] of Object.entries(settings))
      if (document.activeElement?.name !== name) this.#setOne(name, value);
  }

  #put(labels) {
    for (const label of this.form.querySelectorAll("label")) label.remove();
    this.form.append(...labels);
  }

  /** As the card was recorded. */
  restore() {
    this.#put(this.recorded);
    this.form.reset();
    this.defaults = this.values();
    for (const field of this.fields) this.tell(field);
  }
}

/** The value that stands in the page. */
function firstValue(field) {
  if (field.localName === "select")
    return [...field.options].find(({ defaultSelected }) => defaultSelected)?.value ?? field.value;
  return field.type === "checkbox" ? said(field.defaultChecked) : field.defaultValue;
}

/** What a field can take, for comparison. */
function shape(field) {
  if (field.localName === "select") return `${field.name}:${[...field.options].map((o) => o.value)}`;
  if (field.type === "checkbox") return `${field.name}:bool`;
  return `${field.name}:${[field.min, field.max, field.step].map(Number)}`;
}

function shapeOf({ name, kind, range, choices }) {
  if (range) return `${name}:${range.slice(0, 3)}`;
  return kind === "bool" ? `${name}:bool` : `${name}:${choices}`;
}

const label = (field) => field.name.replaceAll("_", " ");

function limits(field) {
  if (field.localName === "select")
    return `${label(field)} is one of ${[...field.options].map(({ value }) => value).join(", ")}`;
  const number = field.step === "1" ? "a whole number" : "a number";
  return `${label(field)} is ${number} from ${field.min} to ${field.max}`;
}

/** A knob of a program that the reader changed, made like those of scripts/lib/card.py. */
function knobField({ name, kind, default: value, range, choices }) {
  const whole = document.createElement("label");
  const words = document.createElement("span");
  words.textContent = name.replaceAll("_", " ");
  let field = document.createElement(range || kind === "bool" ? "input" : "select");
  field.name = name;
  const shown = document.createElement("output");
  shown.ariaHidden = "true";
  whole.append(words, " ", field);
  if (range) {
    const [low, high, step, unit] = range;
    field.type = name === "seed" ? "number" : "range";
    Object.assign(field, { min: low, max: high, step });
    field.setAttribute("value", value);
    shown.dataset.unit = unit;
    if (field.type === "range") whole.append(" ", shown);
    else whole.append(nextButton());
  } else if (kind === "bool") {
    field.type = "checkbox";
    field.role = "switch";
    field.defaultChecked = value;
    whole.append(" ", shown);
  } else for (const choice of choices) field.add(new Option(choice, choice, choice === value));
  return whole;
}

function nextButton() {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet", textContent: "next", ariaLabel: "Next seed" });
  button.dataset.act = "nextSeed";
  return button;
}

/** The command that repeats a run on the reader's own machine. */
export function command(program, settings) {
  const flags = Object.entries(settings).map(
    ([name, value]) => ` --${name.replaceAll("_", "-")} ${quoted(said(value))}`,
  );
  return `python3 -m sim ${program}${flags.join("")}`;
}

const quoted = (text) => (/^[\w.,:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
