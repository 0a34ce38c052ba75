// The line under a card's buttons: what goes on, what came of it, and what to do now.

export class Says {
  constructor(bar) {
    this.box = bar.querySelector(".card-says");
    this.text = this.box.querySelector("p");
    this.bar = this.box.querySelector("progress");
    this.live = bar.querySelector(".card-aloud");
  }

  /**
   * Shows a sentence; `acts`: [deed, words] for each button behind it.
   * `aloud`: what a screen reader says, which is the same if it is left out.
   */
  tell(text, { acts = [], aloud = text, kind = "", verdicts = [] } = {}) {
    const had = this.box.contains(document.activeElement);
    this.box.dataset.kind = kind;
    this.text.textContent = text;
    this.bar.hidden = true;
    for (const old of this.box.querySelectorAll("button, .verdict")) old.remove();
    this.text.before(...verdicts.map(verdictLine));
    this.text.after(...acts.map(([deed, words]) => button(deed, words)));
    this.aloud([...verdicts.map(({ text }) => text), aloud].join(" "));
    // The button that had the focus is gone: the next one has it.
    if (had) (this.box.querySelector("button") ?? this.box.parentElement.querySelector(".run"))?.focus();
  }

  aloud(text) {
    if (text.trim()) this.live.textContent = text;
  }

  /** A bar of what is there of `total`; unknown without it. */
  progress(text, done, total) {
    this.text.textContent = text;
    this.bar.hidden = false;
    this.bar.ariaLabel = text;
    if (total) [this.bar.max, this.bar.value] = [total, done];
    else this.bar.removeAttribute("value");
  }
}

function button(deed, words) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.dataset.act = deed;
  made.textContent = words;
  return made;
}

function verdictLine({ text, holds }) {
  const line = document.createElement("p");
  line.className = `verdict ${holds ? "holds" : "fails"}`;
  line.textContent = text;
  return line;
}

export const count = (number) => number.toLocaleString("en-US");
export const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
