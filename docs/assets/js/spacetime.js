/* Space-time diagrams answer: what can have caused this event, and what can it
   have affected? For pointer, touch and keyboard: one tab stop a diagram, then
   the arrow keys, Enter along a message, Escape.

   The answer comes from the vector stamps in the drawing, so that whoever draws
   a new one (a program that ran again) only has to call `spacetime.attach()`. */
"use strict";
window.spacetime ||= (() => {
  const STATES = ["is-self", "is-past", "is-future", "is-concurrent"];
  const HINT = "Choose an event, by pointer or arrow keys, to see its causes and effects.";
  const REACH = 24; // px from an event at which it counts as pointed at
  const diagrams = new WeakMap();

  function read(svg) {
    const events = [...svg.querySelectorAll(".event")].map((element) => {
      const { e, f } = element.transform.baseVal[0].matrix;
      const vector = element.dataset.vector.split(",").map(Number);
      return { element, x: e, y: f, vector, name: element.dataset.node + element.dataset.number };
    });
    const messages = [...svg.querySelectorAll("[data-send]")].map((element) => {
      const { send, receive } = element.dataset;
      return { element, send: events[send], receive: events[receive] };
    });
    const lines = new Map(); // lifelines that grow thick, one for past and future each
    for (const { x } of events)
      if (!lines.has(x))
        lines.set(
          x,
          STATES.slice(1, 3).map((state) => {
            const line = document.createElementNS(svg.namespaceURI, "path");
            line.setAttribute("class", `life ${state}`);
            svg.querySelector(".msg, .event").before(line);
            return line;
          }),
        );
    const says = document.createElement("p");
    says.className = "spacetime-says";
    says.setAttribute("aria-live", "polite");
    says.textContent = HINT;
    svg.after(says);
    svg.setAttribute("role", "application"); // so that arrow keys come here
    for (const { element } of events) element.tabIndex = -1;
    if (events[0]) events[0].element.tabIndex = 0;
    return { svg, events, messages, lines, says };
  }

  const notAfter = (a, b) => a.vector.every((count, at) => count <= b.vector[at]);

  function state(event, self) {
    if (event === self) return 0;
    return notAfter(event, self) ? 1 : notAfter(self, event) ? 2 : 3;
  }

  function mark(element, at) {
    element.classList.remove(...STATES);
    if (at !== undefined) element.classList.add(STATES[at]);
  }

  /** Shows one event with its causes and effects; nothing without an event. */
  function show(diagram, self) {
    const { events, messages, lines, says, shown } = diagram;
    if (shown === self) return;
    diagram.shown = self;
    const count = [0, 0, 0, 0];
    const ends = new Map();
    for (const event of events) {
      const at = self && state(event, self);
      mark(event.element, at);
      count[at]++;
      const { x, y } = event;
      const end = ends.get(x) || ends.set(x, {}).get(x);
      if (at < 2) end.past = y;
      if (at === 0 || at === 2) end.future ??= y;
      end.top ??= y;
      end.bottom = y;
    }
    for (const { element, send, receive } of messages) {
      const before = self && receive && notAfter(receive, self);
      mark(element, self && (before ? 1 : notAfter(self, send) ? 2 : 3));
    }
    for (const [x, [past, future]] of lines) {
      const end = ends.get(x);
      past.setAttribute("d", end.past ? `M${x} ${end.top}V${end.past}` : "");
      future.setAttribute("d", end.future ? `M${x} ${end.future}V${end.bottom}` : "");
    }
    if (!self) return void (says.textContent = HINT);
    const { lamport } = self.element.dataset;
    const events_ = (n) => (n === 1 ? "1 event" : `${n} events`);
    says.textContent =
      `${self.name}: ${events_(count[1])} can have caused it, ${count[2]} can have been ` +
      `affected, ${count[3]} ${count[3] === 1 ? "is" : "are"} concurrent. ` +
      `The simulator counts: Lamport ${lamport}, vector (${self.vector.join(", ")}).`;
  }

  function nearest(events, x, y, reach) {
    let best;
    for (const event of events) {
      const far = Math.hypot(event.x - x, event.y - y);
      if (far < reach) [best, reach] = [event, far];
    }
    return best;
  }

  function pointed(diagram, { clientX, clientY }) {
    const matrix = diagram.svg.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix);
    return nearest(diagram.events, x, y, REACH * matrix.a);
  }

  function focus({ events }, event) {
    for (const other of events) other.element.tabIndex = other === event ? 0 : -1;
    event.element.focus();
  }

  /** Where a key leads from an event. */
  function next({ events, messages }, from, key) {
    const line = events.filter(({ x }) => x === from.x);
    const at = line.indexOf(from);
    if (key === "ArrowUp") return line[at - 1];
    if (key === "ArrowDown") return line[at + 1];
    if (key === "Home") return events[0];
    if (key === "End") return events.at(-1);
    if (key === "Enter")
      return (
        messages.find(({ send, receive }) => send === from && receive)?.receive ||
        messages.find(({ receive }) => receive === from)?.send
      );
    const side = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const there = events.filter(({ x }) => (x - from.x) * side > 0);
    const column = Math.min(...there.map(({ x }) => Math.abs(x - from.x)));
    return nearest(
      there.filter(({ x }) => Math.abs(x - from.x) === column),
      from.x,
      from.y,
      Infinity,
    );
  }

  function live(svg) {
    const diagram = read(svg);
    const { events } = diagram;
    const focused = () => events.find(({ element }) => element === document.activeElement);
    svg.addEventListener("pointermove", (event) =>
      show(diagram, pointed(diagram, event) || focused()),
    );
    svg.addEventListener("pointerleave", () => show(diagram, focused()));
    svg.addEventListener("click", (event) => {
      const self = pointed(diagram, event);
      if (self) focus(diagram, self);
      else focused()?.element.blur();
    });
    for (const event of events) {
      // Not on the drawing as a whole: that would make it a tab stop of its own.
      event.element.addEventListener("focus", () => show(diagram, event));
      event.element.addEventListener("blur", () => show(diagram));
    }
    svg.addEventListener("keydown", (event) => {
      const from = focused();
      if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") from.element.blur();
      else if (!/^(Arrow.*|Home|End|Enter)$/.test(event.key)) return;
      else focus(diagram, next(diagram, from, event.key) || from);
      event.preventDefault();
      event.stopPropagation(); // the theme's own keys stay out of it
    });
    return diagram;
  }

  /** Brings the diagrams in a part of the page to life, each once. */
  function attach(root = document) {
    for (const svg of root.querySelectorAll(".spacetime > svg"))
      if (!diagrams.has(svg)) diagrams.set(svg, live(svg));
  }

  // With a page to show there is more urgent work.
  const idle = window.requestIdleCallback || ((task) => setTimeout(task, 200));
  if (window.document$) document$.subscribe(() => idle(() => attach(), { timeout: 1000 }));
  else if (document.readyState !== "loading") attach();
  else document.addEventListener("DOMContentLoaded", () => attach());
  return { attach };
})();
