// Runs the program of one card: waits for its turn, tells what takes its time, stops.
import { inTurn, leave, running } from "./queue.mjs";
import { count, megabytes } from "./says.mjs";

const SLOW = 300; // ms; a run that ends before needs no word and no Stop
const TRYING = "Trying every run…";
const OFTEN = 6000; // ms between two words about progress, said aloud

export class Runner {
  isBusy = false;
  isSlow = false;
  isWanted = false; // something changed since the run under way began
  #doing = "";
  #said = 0; // when progress was last said aloud
  #giveUp = null;

  /** `card`: what runs ({code, name, knobs}), and where to tell what comes of it. */
  constructor(card) {
    this.card = card;
  }

  /** The card's element; the queue asks whether it is still on the page. */
  get element() {
    return this.card.element;
  }

  /** Runs what the card shows now; if it runs already, once more after that. */
  async run() {
    const { knobs, says } = this.card;
    const fault = knobs.fault();
    if (fault) return says.tell(fault, { kind: "fault" });
    this.isWanted = true;
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.#once();
      }
    } finally {
      this.isBusy = false;
      this.#slow(false);
    }
  }

  /** Ends what runs; or leaves the queue; or gives up the loading of Python. */
  async stop() {
    this.isWanted = false;
    if (running() !== this) leave(this);
    else if (this.#giveUp) this.#giveUp();
    else (await import("./python.mjs")).stop();
  }

  /** Ends what runs if something newer waits for it. */
  async hurry() {
    if (this.isWanted && running() === this && !this.#giveUp)
      (await import("./python.mjs")).stop();
  }

  async #once() {
    const { card } = this;
    const run = { code: card.code, settings: card.knobs.moved() };
    const timer = setTimeout(() => this.#slow(true), SLOW);
    this.#doing = "";
    this.#said = 0;
    try {
      const python = await import("./python.mjs");
      const tellWait = () => this.#tell("Another program is running: this one is next.", true);
      run.answer = await inTurn(this, () => this.#ask(python, run), tellWait);
      if (run.answer?.stopped && this.isWanted) return; // for the sake of the next one
      if (!this.isWanted) this.#slow(false);
      card.ran(run);
    } catch (error) {
      this.isWanted = false;
      this.#slow(false);
      card.says.tell(error.message, { kind: "fault", acts: [["run", "Try again"]] });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Undefined if the reader gave up before it ran. */
  async #ask(python, { code, settings }) {
    if (python.state !== "ready" && !(await this.#start(python))) return undefined;
    this.#tell(window.cards.explores(code) ? TRYING : "Running…");
    const { output, name } = this.card;
    output.begin();
    this.#said = Date.now();
    return python.run({
      code,
      name,
      settings,
      onOutput: (text) => output.print(text),
      onTried: (number, what) => number && this.#tellProgress(`${count(number)} ${what} so far`),
    });
  }

  // Who gives up need not wait for what is on its way; the next run will be glad of it.
  async #start(python) {
    const givenUp = new Promise((resolve) => (this.#giveUp = () => resolve(false)));
    const started = python.start(({ loaded, total }) => this.#tellLoading(loaded, total));
    try {
      return await Promise.race([started.then(() => true), givenUp]);
    } finally {
      this.#giveUp = null;
    }
  }

  // Only what takes its time is talked about.
  #tell(text, aloud = false, ...amount) {
    this.#doing = text;
    if (!this.isSlow) return;
    this.card.says.progress(text, ...amount);
    if (aloud) this.card.says.aloud(text);
  }

  // Numbers that grow are not read out each time.
  #tellProgress(text, ...amount) {
    const aloud = this.isSlow && Date.now() - this.#said > OFTEN;
    if (aloud) this.#said = Date.now();
    this.#tell(text, aloud, ...amount);
  }

  #tellLoading(loaded, total) {
    const sizes = `${megabytes(loaded)} of ${megabytes(total)} MB, once`;
    if (loaded < total) this.#tellProgress(`Getting Python: ${sizes}`, loaded, total);
    else this.#tell("Starting Python…", false, loaded, total);
  }

  #slow(is) {
    if (is === this.isSlow) return;
    this.isSlow = is;
    const { element, says } = this.card;
    element.classList.toggle("is-running", is);
    // Not the card: a screen reader would keep back what is said in it.
    for (const part of element.querySelectorAll(":scope > :is(.output, .tabbed-set)"))
      part.ariaBusy = `${is}`;
    this.card.nameButton();
    if (!is) return;
    const doing = this.#doing || "Starting Python…";
    says.tell("", { aloud: doing.replace(/^\d.*/, TRYING) });
    says.progress(doing);
  }
}
