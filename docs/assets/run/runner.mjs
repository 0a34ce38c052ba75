// Runs the program of one card: waits for its turn, tells what takes its time, stops.
import { inTurn, leave, running } from "./queue.mjs";
import { count, megabytes } from "./says.mjs";

const SLOW = 300; // ms; a run that ends before needs no word and no Stop
const TRYING = "Trying every run…";
const OFTEN = 6000; // ms between two words about progress, said aloud

export class Runner {
  isSlow = false;
  isWanted = false; // something changed since the run under way began
  #run = null; // the run under way, until it has ended or nobody wants it any more
  #isLooping = false;
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

  get isBusy() {
    return this.#run !== null;
  }

  /** Runs what the card shows now; if it runs already, once more after that. */
  async run() {
    const { knobs, says } = this.card;
    const fault = knobs.fault();
    if (fault) return says.tell(fault, { kind: "fault" });
    this.isWanted = true;
    if (this.#isLooping) return;
    this.#isLooping = true;
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.#once();
      }
    } finally {
      this.#isLooping = false;
      this.#slow(false);
    }
  }

  /** Ends what runs; or leaves the queue; or gives up the loading of Python. */
  async stop() {
    this.isWanted = false;
    if (this.#run) this.#run.isStopped = true;
    if (running() !== this) leave(this);
    else if (this.#giveUp) this.#giveUp();
    else (await import("./python.mjs")).stop();
  }

  /** Ends what runs, and the card hears nothing of it any more. */
  drop() {
    const stopped = this.stop();
    this.#run = null;
    this.#slow(false);
    return stopped;
  }

  /** Ends what runs if something newer waits for it. */
  async hurry() {
    if (this.isWanted && running() === this && !this.#giveUp)
      (await import("./python.mjs")).stop();
  }

  async #once() {
    const { card } = this;
    const run = (this.#run = { code: card.code, settings: card.knobs.moved() });
    const timer = setTimeout(() => this.#run === run && this.#slow(true), SLOW);
    this.#doing = "";
    this.#said = 0;
    try {
      const python = await import("./python.mjs");
      const tellWait = () => this.#tell("Another program is running: this one is next.", true);
      // It can have been stopped while that was on its way.
      if (!run.isStopped) run.answer = await inTurn(this, () => this.#ask(python, run), tellWait);
      if (this.#run !== run) return;
      if (run.answer?.stopped && this.isWanted) return; // for the sake of the next one
      if (!this.isWanted) this.#slow(false);
      card.ran(run);
    } catch (error) {
      if (this.#run !== run) return;
      this.isWanted = false;
      this.#slow(false);
      card.says.tell(error.message, { kind: "fault", acts: [["run", "Try again"]] });
    } finally {
      clearTimeout(timer);
      if (this.#run === run) this.#run = null;
    }
  }

  /** Undefined if the reader gave up before it ran. */
  async #ask(python, run) {
    const { code, settings } = run;
    if (python.state !== "ready" && !(await this.#start(python))) return undefined;
    this.#tell(window.cards.explores(code) ? TRYING : "Running…");
    const { output, name } = this.card;
    const counts = () => this.#run === run;
    output.begin();
    this.#said = Date.now();
    return python.run({
      code,
      name,
      settings,
      onOutput: (text) => counts() && output.print(text),
      onTried: (number, what) =>
        number && counts() && this.#tellProgress(`${count(number)} ${what} so far`),
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
