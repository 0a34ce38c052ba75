// What a program prints, where the recorded output stands.

const LONG = 40; // lines; more of them scroll in a box of their own
const SOON = 120; // ms; a run that ends before changes the text once

export class Output {
  constructor(card) {
    this.card = card;
    this.block = card.querySelector(":scope > .output");
    this.hadBlock = Boolean(this.block);
    this.recorded = this.block?.querySelector("code").textContent.trimEnd() ?? "";
    this.shown = { text: this.recorded, error: null };
  }

  /** A run begins: what it prints is to come through `print`. */
  begin() {
    this.text = "";
    this.streams = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.streams = true;
      if (this.text) this.#stream(this.text, true);
    }, SOON);
  }

  print(text) {
    const first = !this.text;
    this.text += text;
    if (this.streams) this.#stream(text, first);
  }

  #stream(text, first) {
    const code = this.#code();
    const atEnd = code.scrollTop + code.clientHeight > code.scrollHeight - 40;
    if (first) code.replaceChildren(text);
    else code.append(text);
    this.#size();
    if (atEnd) code.scrollTop = code.scrollHeight;
  }

  /** The run has ended, in order or with Python's `error`, `what` in one line. */
  end(error, what) {
    clearTimeout(this.timer);
    this.streams = false;
    this.show({ text: this.text, error, what });
  }

  show({ text, error, what }) {
    this.shown = { text, error };
    this.#put(text, error, what);
  }

  get differs() {
    return this.shown.text.trimEnd() !== this.recorded || Boolean(this.shown.error);
  }

  restore() {
    clearTimeout(this.timer);
    this.streams = false;
    this.show({ text: this.recorded, error: null });
    this.block?.style.removeProperty("min-height");
    if (!this.hadBlock) {
      this.block?.remove();
      this.block = null;
    }
  }

  #put(text, error, what) {
    if (!this.block && !text && !error) return;
    const code = this.#code();
    // As high as it was, at least: what stands below would jump with each run.
    this.block.style.minHeight = `${this.block.offsetHeight}px`;
    const printed = text.trimEnd();
    if (error) code.replaceChildren(printed && `${printed}\n\n`, traceback(error, what));
    else code.replaceChildren(`${printed}\n`);
    this.#size();
  }

  #size() {
    const code = this.#code();
    const isLong = code.textContent.split("\n", LONG + 2).length > LONG + 1;
    this.block.classList.toggle("is-long", isLong);
    if (isLong) code.tabIndex = 0;
  }

  #code() {
    if (!this.block) {
      this.block = document.createElement("div");
      this.block.className = "language-text output highlight";
      this.block.innerHTML = "<pre><code></code></pre>";
      this.card.querySelector(":scope > .command").after(this.block);
    }
    return this.block.querySelector("code");
  }
}

/** Python's own words, with the line that says what it was. */
function traceback(error, what = "") {
  const lines = error.trimEnd().split("\n");
  const kind = what.split(":")[0];
  const told = document.createElement("span");
  told.className = "traceback";
  for (const line of lines) {
    const isIt = kind && line.startsWith(kind);
    if (isIt) told.append(Object.assign(document.createElement("strong"), { textContent: line }), "\n");
    else told.append(`${line}\n`);
  }
  return told;
}
