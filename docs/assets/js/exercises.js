/* Exercises answer back: a choice says why it is right or wrong, a changed program
   is judged by trying its runs. Hints come one by one. What was tried is kept on the
   reader's own device, and nowhere else.

   Without this script the choices are a list, and the answer opens on request. */
"use strict";
(() => {
  // Other sites may share this one's host, and with it the storage.
  const KEY = `${new URL("../../", document.currentScript.src).pathname} exercise `;
  const SLOW = 300; // ms; a check that ends before needs no Stop
  const [CHECK, STOP] = ["Check my program", "Stop"];

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // A reader may have forbidden storage; then a reload forgets.
  const kept = {
    read(id) {
      try {
        return JSON.parse(localStorage.getItem(KEY + id)) || {};
      } catch {
        return {};
      }
    },
    write(id, what) {
      try {
        if (what) localStorage.setItem(KEY + id, JSON.stringify(what));
        else localStorage.removeItem(KEY + id);
      } catch {
        // as above
      }
    },
  };

  /** The hints open one by one, each after the one before. */
  function stepHints(exercise) {
    const hints = [...exercise.querySelectorAll(":scope > details.hint")];
    hints.forEach((hint, at) => {
      if (hints.length > 1)
        hint.querySelector("summary").textContent = `Hint ${at + 1} of ${hints.length}`;
      hint.hidden = at > 0 && !hints[at - 1].open;
      hint.addEventListener("toggle", () => {
        if (hint.open && hints[at + 1]) hints[at + 1].hidden = false;
      });
    });
  }

  /** A question with choices. */
  function ask(exercise) {
    const list = exercise.querySelector(":scope > ol");
    const answer = exercise.querySelector(":scope > details.answer");
    const whys = [...answer.querySelectorAll(":scope > ol > li")];
    const isRight = whys.map((why) => why.textContent.trim().startsWith("Right"));
    const closing = [...answer.children].filter(({ tagName }) => !/^(SUMMARY|OL)$/.test(tagName));
    const says = make("p", { className: "exercise-heard", ariaLive: "polite" });
    const tools = make("p", { className: "exercise-tools" });
    let { tried = [] } = kept.read(exercise.id);

    list.classList.add("choices");
    list.role = "list"; // a list without markers is none to some readers
    const buttons = [...list.children].map((item, at) => {
      const label = make("span");
      label.append(...(item.querySelector(":scope > p") || item).childNodes);
      const button = make("button", { type: "button", className: "choice" }, label);
      button.addEventListener("click", () => choose(at));
      item.replaceChildren(button);
      return button;
    });

    function why(at) {
      const block = make("div", { className: "why" });
      block.append(...whys[at].cloneNode(true).childNodes);
      return block;
    }

    function choose(at) {
      if (!tried.includes(at)) tried.push(at);
      kept.write(exercise.id, { tried });
      show();
      says.textContent = whys[at].textContent.trim();
    }

    function show() {
      const solved = tried.some((at) => isRight[at]);
      buttons.forEach((button, at) => {
        const seen = tried.includes(at);
        button.classList.toggle("is-right", seen && isRight[at]);
        button.classList.toggle("is-wrong", seen && !isRight[at]);
        button.ariaPressed = `${seen}`;
        // After the right answer every choice says why.
        const block = button.parentElement.querySelector(".why");
        if ((seen || solved) && !block) button.after(why(at));
        else if (!seen && !solved) block?.remove();
      });
      exercise.classList.toggle("is-solved", solved);
      answer.hidden = solved;
      tools.replaceChildren();
      if (solved) tools.before(...closing);
      else answer.append(...closing);
      if (tried.length) tools.append(again());
    }

    function again() {
      const button = make("button", { type: "button", className: "quiet", textContent: "Start again" });
      button.addEventListener("click", () => {
        tried = [];
        kept.write(exercise.id);
        says.textContent = "";
        show();
        buttons[0].focus();
      });
      return button;
    }

    exercise.append(tools, says);
    show();
  }

  /** A program to change, judged by the page. */
  function judge(exercise) {
    const targets = [...exercise.querySelectorAll("a")].map(({ hash }) => hash.slice(1));
    const program = targets.find((id) => document.getElementById(id)?.matches(".card"));
    const task = exercise.dataset.judge;
    const check = make("button", { type: "button", className: "is-first", textContent: CHECK });
    const edit = make("button", { type: "button", textContent: "Edit the program" });
    const says = make("div", { className: "exercise-says" });
    const heard = make("p", { className: "exercise-heard", ariaLive: "polite" });
    let asked = null; // what is judged now

    // Numbers that grow are shown, and not read out.
    const show = (text, more) =>
      says.replaceChildren(text, ...(more ? [make("pre", { textContent: more })] : []));
    const word = (solved, text, { more, aloud = text } = {}) => {
      says.classList.toggle("is-solved", solved);
      exercise.classList.toggle("is-solved", solved);
      show(text, more);
      heard.textContent = aloud;
    };
    if (kept.read(exercise.id).solved) word(true, "You have solved this.", { aloud: "" });

    function tell(verdict) {
      if (verdict.stopped) return word(false, "Stopped.");
      if (verdict.error)
        return word(false, "Not yet.", { more: verdict.error, aloud: `Not yet. ${verdict.what}` });
      if (!verdict.solved) return word(false, `Not yet. ${verdict.says}`);
      word(true, "Solved: it holds in every run that was tried.");
      kept.write(exercise.id, { solved: true });
      exercise.querySelector(":scope > details.answer").open = true;
    }

    async function judged() {
      word(false, "Trying every run…");
      const timer = setTimeout(() => (check.textContent = STOP), SLOW);
      try {
        asked = {
          element: exercise,
          exercise: task,
          onWait: () => show("Another program is running: this one is next."),
          onProgress: ({ loaded, total }) => show(getting(loaded, total)),
          onTried: (count, what) => count && show(`Tried ${count.toLocaleString("en-US")} ${what} so far…`),
        };
        const { python, code } = await window.cards.live();
        asked.code = code(program);
        tell(await python.judge(asked));
      } catch (fault) {
        word(false, fault.message);
      } finally {
        clearTimeout(timer);
        asked = null;
        check.textContent = CHECK;
      }
    }

    /** Beside Run, for who comes from here: the card can be far above. */
    function offerReturn() {
      const card = document.getElementById(program);
      if (card.querySelector(".to-exercise")) return;
      const back = make("button", { type: "button", className: "quiet to-exercise", textContent: "Check the exercise" });
      back.addEventListener("click", () => {
        exercise.scrollIntoView();
        check.focus({ preventScroll: true });
        if (!asked) check.click();
      });
      card.querySelector(".run").after(back);
    }

    edit.addEventListener("click", async () => {
      const { edit } = await window.cards.live();
      offerReturn();
      await edit(program);
    });
    check.addEventListener("click", () => {
      if (!asked) judged();
      else if (check.textContent === STOP) asked.stop?.();
    });
    const tools = make("p", { className: "exercise-tools" }, check, edit);
    exercise.querySelector(":scope > details").before(tools, says, heard);
  }

  const getting = (loaded, total) =>
    loaded >= total
      ? "Starting Python…"
      : `Getting Python: ${(loaded / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB, once.`;

  function start() {
    for (const exercise of document.querySelectorAll(".exercise:not(.is-live)")) {
      exercise.classList.add("is-live");
      exercise.setAttribute("role", "group");
      exercise.ariaLabel = "Exercise";
      stepHints(exercise);
      if (!exercise.querySelector(":scope > details.answer")) continue; // at the back
      if (exercise.dataset.judge) judge(exercise);
      else ask(exercise);
    }
  }

  if (window.document$) document$.subscribe(start);
  else document.addEventListener("DOMContentLoaded", start);
})();
