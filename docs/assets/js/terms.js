/* A term of the glossary says what it means on the spot: under the pointer, with the
   keyboard's focus, or at a tap. Escape closes it. Without this script the link leads
   to the glossary, and from the little box it still does. */
"use strict";
(() => {
  const LINGER = 150; // ms in which the pointer may travel from the term to its box
  let box, shown, closing;

  function make() {
    box = document.createElement("div");
    box.className = "meaning";
    box.id = "meaning";
    box.setAttribute("role", "tooltip");
    box.addEventListener("pointerenter", () => clearTimeout(closing));
    box.addEventListener("pointerleave", () => close());
  }

  function show(term) {
    clearTimeout(closing);
    if (shown === term) return;
    close(true);
    if (!box) make();
    const more = Object.assign(document.createElement("a"), {
      href: term.href,
      textContent: "Glossary",
      tabIndex: -1, // the term itself leads there, too
    });
    box.replaceChildren(`${term.dataset.meaning} `, more);
    document.body.append(box);
    const place = term.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const room = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(place.left, room - width - 8));
    const above = place.bottom + height + 12 > innerHeight && place.top > height + 70;
    const top = above ? place.top - height - 6 : place.bottom + 6;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
    term.setAttribute("aria-describedby", box.id);
    shown = term;
  }

  function close(now) {
    clearTimeout(closing);
    const act = () => {
      box?.remove();
      shown?.removeAttribute("aria-describedby");
      shown = undefined;
    };
    if (now) act();
    else closing = setTimeout(act, LINGER);
  }

  const termAt = ({ target }) => target.closest?.("a.term");
  document.addEventListener("pointerover", (event) => {
    const term = event.pointerType === "mouse" && termAt(event);
    if (term) show(term);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && termAt(event)) close();
  });
  document.addEventListener("focusin", (event) => {
    const term = termAt(event);
    if (term?.matches(":focus-visible")) show(term);
    else if (!box?.contains(event.target)) close(true);
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && close(true));
  // A finger has no hover: the first tap explains, and the box leads on.
  let touched = false;
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (!termAt(event) && !box?.contains(event.target)) close(true);
  });
  document.addEventListener(
    "click",
    (event) => {
      const term = touched && termAt(event);
      if (!term) return;
      event.preventDefault();
      event.stopPropagation(); // the theme would follow the link
      show(term);
    },
    true,
  );
  if (window.document$) document$.subscribe(() => close(true));
})();
