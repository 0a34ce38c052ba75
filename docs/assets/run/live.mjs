// A card that lives: its program runs, its knobs turn, and it can go back to what was
// recorded. card.js calls `act`; who needs a card's program asks `liveCard`.
import { copy } from "./clipboard.mjs";
import { forget, keep, kept } from "./kept.mjs";
import { command, Knobs } from "./knobs.mjs";
import { linkTo, readLink } from "./link.mjs";
import { Output } from "./output.mjs";
import { Pictures } from "./pictures.mjs";
import { inTurn, leave, running, waiters } from "./queue.mjs";
import { Runner } from "./runner.mjs";
import { Says } from "./says.mjs";

const PATIENCE = 1500; // ms that a run may go on when a knob has moved since
const RESET = [["reset", "Reset"]];
const NOT_KEPT = "This browser lets the page keep nothing: a reload loses your program.";

const cards = new WeakMap();

/** The live card of an element. */
export function liveCard(element) {
  if (!cards.has(element)) cards.set(element, new LiveCard(element));
  return cards.get(element);
}

/** Has the card, or the set of tabs, do what a button or a key asked for. */
export async function act(element, deed, detail) {
  if (deed === "step") {
    const { stepThrough } = await import("./stepper.mjs");
    return stepThrough(detail.closest(".tabbed-set"));
  }
  return liveCard(element)[deed](detail);
}

const byId = (id) => liveCard(document.getElementById(id));

/** The text that the reader has of the program `id` on this page. */
export const code = (id) => byId(id).code;

/** Goes to the program `id` on this page and opens it for writing. */
export async function edit(id) {
  const card = byId(id);
  card.element.scrollIntoView();
  await card.edit();
}

/** Python, for those who are no card: they wait for their turn, and can be stopped, too. */
export const python = {
  /** `task`: as for judge in python.mjs, and its `element`. It gets a `stop`. */
  async judge(task) {
    const { judge, stop } = await import("./python.mjs");
    task.stop = () => (running() === task ? stop() : leave(task));
    return (await inTurn(task, () => judge(task), task.onWait)) ?? { stopped: true };
  },
};

/** The reader is on another page: what ran there has nobody to tell. */
export function moved() {
  const isGone = ({ element }) => element?.isConnected === false;
  for (const owner of [...waiters(), running()]) if (owner && isGone(owner)) owner.stop();
}

class LiveCard {
  #before = null; // what Reset took away
  #editor = null;
  #closings = 0; // an editor that is still on its way then is not wanted any more

  constructor(element) {
    this.element = element;
    this.name = element.dataset.program;
    this.file = `${element.id}.py`;
    this.program = element.querySelector(":scope > .program");
    this.recorded = this.program.querySelector("code").textContent;
    this.button = element.querySelector(".run");
    this.says = new Says(element.querySelector(".card-bar"));
    this.knobs = new Knobs(element.querySelector(".knobs"));
    this.output = new Output(element);
    this.pictures = new Pictures(element);
    this.line = element.querySelector(":scope > .command code");
    this.runner = new Runner(this);
    this.shown = null; // the last run; null while the recorded one is shown
  }

  /** The program as the reader sees it. */
  get code() {
    return this.#editor?.code ?? this.recorded;
  }

  get isEdited() {
    return this.code !== this.recorded;
  }

  // Running ----------------------------------------------------------------

  /** The button, which is Stop after a while. */
  run() {
    if (!this.runner.isBusy) return this.runner.run();
    return this.runner.isSlow ? this.runner.stop() : undefined;
  }

  /** The key: what stands there now is what should run. */
  go() {
    const running = this.runner.run();
    this.runner.hurry();
    return running;
  }

  nameButton() {
    const rest = window.cards.explores(this.code) ? "Try every run" : "Run";
    this.button.textContent = this.runner.isSlow ? "Stop" : rest;
  }

  // What came of it ----------------------------------------------------------

  /** A run has ended, or its reader gave it up. */
  ran(run) {
    if (!run.answer) return this.says.tell("Stopped.", { acts: this.#isChanged ? RESET : [] });
    run.text = this.output.text;
    this.#show(run);
  }

  #show(run) {
    const { answer, settings } = run;
    this.shown = run;
    this.element.classList.add("has-run");
    this.#before = null;
    this.output.end(answer.error, answer.what);
    if (answer.shown) {
      this.pictures.show(answer.shown);
      const isNewest = !this.runner.isWanted && !this.isTurning;
      if (isNewest) this.knobs.follow(answer.shown.knobs, answer.shown.settings);
    } else this.pictures.stale(true);
    this.#editor?.mark(answer.error ? answer.line : 0);
    this.#repeat(settings);
    this.#tell(run);
    if (this.code !== run.code) this.#tellEdited();
    this.#address(settings);
  }

  get differs() {
    return Boolean(this.output.differs || this.pictures.differs);
  }

  get #isChanged() {
    return this.isEdited || this.differs || Object.keys(this.knobs.moved()).length > 0;
  }

  #tell({ answer }) {
    const acts = this.#isChanged ? RESET : [];
    if (answer.stopped) return this.says.tell("Stopped.", { acts: RESET });
    if (answer.error) {
      const line = answer.line ? [["showLine", `Show line ${answer.line}`]] : [];
      const what = clipped(answer.what || "Python stopped with an error.");
      return this.says.tell(what, {
        kind: "fault",
        aloud: answer.line ? `${what} Line ${answer.line}.` : what,
        acts: [...line, ...acts],
      });
    }
    const same = this.isEdited
      ? "Your program does the same as the recorded run."
      : "The same as the recorded run.";
    this.says.tell(this.differs ? "Changed from the recorded run." : same, {
      acts,
      verdicts: answer.shown ? verdicts(answer.shown) : [],
    });
  }

  /** The command that repeats a run. */
  #repeat(settings) {
    if (!this.line) return;
    const words = this.isEdited
      ? `${command(this.file, settings)}  # your program, saved in this folder`
      : command(this.name, settings);
    this.line.replaceChildren(...words.split(/(?<= )(?=--)/).map(unbroken));
  }

  /** The address of the page leads to this run. */
  async #address(settings, code = this.fromLink ? this.code : null) {
    if (!this.element.isConnected) return; // another page has the address now
    const isPlain = !Object.keys(settings).length && code === null;
    if (isPlain && !location.hash.startsWith(`#${this.element.id}?`)) return;
    try {
      const address = await linkTo(this.element.id, settings, code);
      this.address = new URL(address).hash;
      history.replaceState(history.state, "", address);
    } catch {
      // A program too long for an address: then the page's own has to do.
    }
  }

  // The knobs ------------------------------------------------------------------

  turn(field) {
    this.knobs.tell(field);
    clearTimeout(this.typing);
    clearTimeout(this.patience);
    const wait = field.type === "number" ? 300 : 0; // ms; a number takes several keys
    this.isTurning = true; // what a run that ends meanwhile had does not count any more
    this.typing = setTimeout(() => {
      this.isTurning = false;
      this.runner.run();
    }, wait);
    if (this.runner.isBusy) this.patience = setTimeout(() => this.runner.hurry(), PATIENCE);
  }

  nextSeed() {
    this.turn(this.knobs.next("seed"));
  }

  // The program ----------------------------------------------------------------

  /** The reader wants to write. */
  async edit() {
    await this.#open(this.code);
    this.#editor?.focus();
  }

  async showLine() {
    await this.#open(this.code);
    this.#editor.mark(this.shown.answer.line);
    this.#editor.goTo(this.shown.answer.line);
  }

  /** What the reader wrote on an earlier visit. */
  resume() {
    return (this.resumed = this.#resume());
  }

  async #resume() {
    const mine = kept(this.name);
    if (!mine || this.#editor) return;
    await this.#open(mine.code);
    this.pictures.stale(true);
    this.says.tell(
      mine.base === this.recorded
        ? "Your program, as you left it. It has not run yet."
        : "Your program, as you left it. The one on this page has changed since.",
      { acts: RESET },
    );
  }

  async #open(code) {
    this.opening ??= this.#openNew(code).catch((error) => {
      this.opening = null;
      throw error;
    });
    await this.opening;
    if (this.#editor && this.#editor.code !== code) this.#editor.code = code;
  }

  async #openNew(code) {
    const before = this.#closings;
    const { openEditor } = await import("./editor.mjs");
    if (this.#closings !== before) return;
    this.host = document.createElement("div");
    this.host.className = "card-editor";
    this.program.after(this.host);
    this.program.hidden = true;
    this.element.classList.add("is-editing");
    this.#editor = openEditor(this.host, {
      code,
      label: `${this.file}. Tab indents; Escape, then Tab, leaves the editor.`,
      onChange: () => this.#edited(),
      onRun: () => this.go(),
    });
    this.#nameTools();
  }

  #close() {
    clearTimeout(this.saving);
    this.#closings++;
    this.opening = null;
    if (!this.#editor) return;
    this.#editor.close();
    this.#editor = null;
    this.host.remove();
    this.program.hidden = false;
    this.element.classList.remove("is-editing");
  }

  #edited() {
    this.#nameTools();
    this.nameButton();
    const isKept = this.#save();
    if (!this.runner.isBusy) this.#tellEdited(isKept);
  }

  #tellEdited(isKept = true) {
    this.pictures.stale(true);
    if (isKept) this.says.tell("Edited, and not run yet.", { acts: RESET, aloud: "" });
    else this.says.tell(NOT_KEPT, { kind: "fault", acts: RESET });
  }

  /** At each key, so that nothing gets lost; gives whether it could be kept. */
  #save() {
    clearTimeout(this.saving);
    if (!this.isEdited) forget(this.name);
    else if (!this.fromLink) return keep(this.name, this.code, this.recorded);
    // What came with a link stays in the link; browsers limit how often it may change.
    else this.saving = setTimeout(() => this.#address(this.knobs.moved()), 400);
    return true;
  }

  // While there is an editor, Edit is the way back.
  #nameTools() {
    const tool = this.element.querySelector(".card-tools button");
    const isOpen = Boolean(this.#editor);
    tool.dataset.act = isOpen ? "reset" : "edit";
    tool.textContent = isOpen ? (this.isEdited ? "Reset" : "Close") : "Edit";
    tool.ariaLabel = `${tool.textContent} ${this.file}`;
  }

  /** A link brought settings, or a program, or nothing that fits. */
  async arrive(hash) {
    this.element.scrollIntoView();
    const quietly = "The link does not fit this page. This is the recorded run.";
    await this.resumed;
    await this.#take(hash, quietly);
    // Below a long program it would be out of sight; below an editor it never is.
    if (!this.#editor) this.button.closest(".card-bar").scrollIntoView({ block: "nearest" });
  }

  async #take(hash, quietly) {
    if (!hash) return this.says.tell(quietly);
    if (hash === this.address) return; // our own
    let link;
    try {
      link = await readLink(hash);
      this.knobs.set(link.settings);
    } catch {
      return this.says.tell(quietly);
    }
    if (link.code !== null) {
      this.fromLink = true;
      await this.#open(link.code);
      this.pictures.stale(true);
      this.says.tell("This program came with the link: read it before you run it.", {
        kind: "notice",
        acts: RESET,
      });
    } else if (Object.keys(this.knobs.moved()).length) {
      this.pictures.stale(true);
      const says = this.isEdited
        ? "Your program, and settings from the link. Press Run."
        : "Settings from the link. Below is still the recorded run: press Run.";
      this.says.tell(says, { acts: RESET });
    }
    this.#repeat(this.knobs.moved());
  }

  // Going back -----------------------------------------------------------------

  reset() {
    const had = {
      code: this.isEdited ? this.code : null,
      values: this.knobs.values(),
      run: this.shown,
      fromLink: this.fromLink,
    };
    const changed = had.code !== null || had.run || Object.keys(this.knobs.moved()).length;
    for (const timer of [this.typing, this.patience]) clearTimeout(timer);
    this.isTurning = false;
    this.runner.drop();
    this.#close();
    // A program that came with a link took nothing from the reader's own.
    const { fromLink } = this;
    if (!fromLink) forget(this.name);
    this.fromLink = false;
    this.knobs.restore();
    this.output.restore();
    this.pictures.restore();
    this.shown = null;
    this.element.classList.remove("has-run");
    this.#repeat({});
    this.#address({});
    this.nameButton();
    this.#nameTools();
    this.#before = changed ? had : null;
    if (changed) this.says.tell("Back to the recorded run.", { acts: [["undo", "Undo"]] });
    else this.says.tell("");
    if (fromLink) this.resume();
  }

  async undo() {
    const had = this.#before;
    if (!had) return;
    this.#before = null;
    this.fromLink = had.fromLink;
    if (had.code !== null) await this.#open(had.code);
    this.#save();
    if (had.run) {
      this.output.begin();
      this.output.print(had.run.text);
      this.#show(had.run);
    }
    try {
      this.knobs.set(had.values);
    } catch {
      // The program had other knobs, and failed before it could tell which.
    }
    if (!had.run) this.says.tell("As it was.", { acts: RESET });
  }

  // Copies -------------------------------------------------------------------------

  copyProgram(button) {
    return this.#copy(button, this.code);
  }

  copyCommand(button) {
    return this.#copy(button, this.line.textContent);
  }

  copyLink(button) {
    const code = this.isEdited ? this.code : null;
    return this.#copy(button, linkTo(this.element.id, this.knobs.moved(), code));
  }

  async #copy(button, what) {
    try {
      await copy(what);
    } catch (error) {
      const isOurs = error instanceof RangeError;
      const says = isOurs ? error.message : "This browser does not let the page copy.";
      return this.says.tell(says, { kind: "fault", acts: this.isEdited ? RESET : [] });
    }
    this.says.aloud("Copied.");
    const { textContent } = button;
    if (textContent === "Copied") return;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = textContent), 1500);
  }
}

/** No line ends after the hyphens of an option. */
function unbroken(text) {
  if (!text.startsWith("--")) return text;
  return Object.assign(document.createElement("span"), { className: "option", textContent: text });
}

const clipped = (text) => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

/** What the explorations of a run found, all of it, a line each. Counting claims nothing. */
function verdicts({ exploration }) {
  return exploration
    .filter(({ by }) => by !== "count")
    .map(({ ok, verdict, text }) => ({ holds: ok, text: verdict ?? text.split("\n")[0] }));
}
