/* Draws the Mermaid diagrams of a page that has some, with this site's own copy
   of Mermaid. A published page needs none of it: the release build has drawn
   them (scripts/lib/bake.py), by calling `diagrams.draw` in its own browser, so
   a diagram looks the same whoever draws it.

   Colors are in diagrams.css alone: what Mermaid writes about them is removed. */
"use strict";
window.diagrams ||= (() => {
  const LIBRARY = new URL("../vendor/mermaid/sequence.js", document.currentScript.src);
  const FONT = '"Source Sans 3"';
  const CONFIG = {
    startOnLoad: false,
    securityLevel: "strict",
    theme: "base",
    look: "classic",
    htmlLabels: false,
    fontFamily: `${FONT}, sans-serif`,
    sequence: {
      useMaxWidth: false,
      mirrorActors: false,
      width: 110, // px, as all lengths here
      height: 36,
      actorMargin: 70,
      messageMargin: 30,
      noteMargin: 8,
      boxMargin: 8,
      bottomMarginAdj: 18,
      diagramMarginX: 8,
      diagramMarginY: 4,
      actorFontSize: 15,
      actorFontWeight: 600,
      messageFontSize: 15,
      noteFontSize: 14,
    },
  };

  // The mermaid2 plugin initializes "the library" on each page with a diagram.
  const placeholder = { initialize() {} };
  window.mermaid ||= placeholder;

  let loading = null;
  function load() {
    loading ||= Promise.all([
      // Widths are measured while drawing, so the faces must be there.
      document.fonts.load(`400 15px ${FONT}`),
      document.fonts.load(`600 15px ${FONT}`),
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = LIBRARY;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${LIBRARY.pathname}`));
        document.head.append(script);
      }),
    ]).then(() => {
      const mermaid = window.mermaid;
      window.mermaid = placeholder;
      mermaid.initialize(CONFIG);
      return mermaid;
    });
    return loading;
  }

  /** Says what is wrong with a diagram's text; null when nothing is. */
  async function fault(text) {
    const mermaid = await load();
    return mermaid.parse(text).then(
      () => null,
      (error) => error.message,
    );
  }

  /** Draws a text as a figure. Its ids begin with `key`: unique on a page. */
  async function draw(text, key) {
    const mermaid = await load();
    const { svg } = await mermaid.render(`drawing-${key}`, text);
    const holder = document.createElement("template");
    holder.innerHTML = svg;
    const figure = document.createElement("figure");
    figure.className = "diagram sequence";
    figure.append(clean(holder.content.firstElementChild, key));
    return figure;
  }

  // Keeps shapes, texts and classes; drops colors, faces and what nothing uses.
  function clean(svg, key) {
    const all = () => [...svg.querySelectorAll("*")];
    for (const style of svg.querySelectorAll("style")) style.remove();

    const pointing = ["marker-start", "marker-end", "href", "filter"];
    const target = (element, name) =>
      element.getAttribute(name)?.match(/#([^)"]+)/)?.[1];
    const used = new Set(
      all().flatMap((element) => pointing.map((name) => target(element, name))),
    );
    for (const part of svg.querySelectorAll("defs > *, linearGradient, filter"))
      if (!used.has(part.id)) part.remove();

    const labels = ["aria-labelledby", "aria-describedby"];
    for (const name of labels) used.add(svg.getAttribute(name));
    const ids = new Map([...used].map((id, n) => [id, `${key}-${n}`]));
    svg.removeAttribute("aria-roledescription");
    svg.setAttribute("role", "img");
    for (const name of labels)
      if (svg.hasAttribute(name)) svg.setAttribute(name, ids.get(svg.getAttribute(name)));

    const bottom = svg.viewBox.baseVal.y + svg.viewBox.baseVal.height;
    const dropped =
      /^(data-.*|name|alignment-baseline|font-.*|fill|stroke|stroke-width|style)$/;
    for (const element of [svg, ...all()]) {
      for (const name of pointing)
        if (target(element, name))
          element.setAttribute(
            name,
            element
              .getAttribute(name)
              .replace(/#[^)"]+/, `#${ids.get(target(element, name))}`),
          );
      if (used.has(element.id)) element.id = ids.get(element.id);
      else element.removeAttribute("id");
      const { textAnchor, strokeDasharray } = element.style;
      for (const { name } of [...element.attributes])
        if (dropped.test(name)) element.removeAttribute(name);
      if (textAnchor) element.setAttribute("text-anchor", textAnchor);
      if (strokeDasharray) element.setAttribute("stroke-dasharray", strokeDasharray);
      // Mermaid lets lifelines run far out of the picture.
      if (element.classList.contains("actor-line")) {
        element.setAttribute("class", "actor-line");
        element.setAttribute("y2", bottom);
      }
    }
    for (const group of svg.querySelectorAll("defs, g"))
      if (!group.children.length) group.remove();
    svg.style.setProperty("--width", svg.getAttribute("width"));
    return svg;
  }

  let drawn = 0;
  async function drawPage() {
    for (const waiting of document.querySelectorAll("div.mermaid")) {
      const text = waiting.textContent;
      try {
        waiting.replaceWith(await draw(text, `sequence-${drawn++}`));
      } catch (error) {
        waiting.className = "diagram-fault";
        waiting.textContent = `This diagram cannot be drawn.\n${error.message}\n\n${text}`;
      }
    }
  }

  if (window.document$) document$.subscribe(drawPage);
  else document.addEventListener("DOMContentLoaded", drawPage);
  return { draw, fault };
})();
