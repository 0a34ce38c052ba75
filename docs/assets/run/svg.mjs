// Drawings come from a program that the reader may have changed, or that came with a
// link. Only what is on this list gets into the page: shapes, texts and names.

const ELEMENTS = new Set(
  ("svg g defs marker pattern clipPath path line polyline polygon rect circle ellipse " +
    "text tspan title desc").split(" "),
);
const ATTRIBUTES = new RegExp(
  `^(${[
    "class|id|role|aria-(hidden|label|labelledby|describedby)",
    "viewBox|preserveAspectRatio|width|height|transform|d|points|pathLength",
    "x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|dx|dy|rotate",
    "display|fill(-opacity|-rule)?|stroke(-[a-z]+)?|opacity|paint-order|vector-effect|color",
    "font-(size|weight|family|style)|text-anchor|dominant-baseline|textLength|lengthAdjust",
    "marker-(start|mid|end)|clip-path|orient|refX|refY|markerWidth|markerHeight|markerUnits",
    "patternUnits|patternTransform|patternContentUnits|clipPathUnits",
    "data-(node|number|time|from|to|lamport|vector|send|receive|series|x|y)",
  ].join("|")})$`,
);
// What a value may point at: a part of the same drawing.
const OUTSIDE = /url\(\s*["']?(?!#)|javascript:|expression\(/i;
const POINTER = /url\(\s*["']?#([^)"']+)["']?\s*\)/g;
const LENGTHS = /^(\s*--[a-z-]+:\s*[\d.]+(px|em|%)?\s*;?)*$/;

let drawings = 0;

/** The drawing in a text, rebuilt from what is known to be harmless. Throws if there is none. */
export function drawing(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const svg = parsed.documentElement;
  if (svg.localName !== "svg" || parsed.querySelector("parsererror"))
    throw new Error("this is no drawing");
  return cleaned(svg);
}

/** The same for a drawing that is parsed already. */
export function cleaned(svg) {
  const key = `live-${++drawings}`;
  const known = new Map(); // ids get a name that nothing else on the page has
  for (const element of svg.querySelectorAll("[id]"))
    known.set(element.id, `${key}-${known.size}`);
  return copied(svg, known);
}

function copied(element, ids) {
  const copy = document.createElementNS("http://www.w3.org/2000/svg", element.localName);
  for (const { name, value } of element.attributes) {
    if (name === "style" && LENGTHS.test(value)) lengths(copy, value);
    if (!ATTRIBUTES.test(name) || OUTSIDE.test(value)) continue;
    copy.setAttribute(name, renamed(name, value, ids));
  }
  for (const child of element.childNodes)
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE && ELEMENTS.has(child.localName))
      copy.append(copied(child, ids));
  return copy;
}

function renamed(name, value, ids) {
  if (name === "id") return ids.get(value);
  if (/^aria-(labelledby|describedby)$/.test(name))
    return value.replace(/\S+/g, (id) => ids.get(id) ?? "");
  return value.replace(POINTER, (_, id) => `url(#${ids.get(id) ?? ""})`);
}

// Not as text: a strict policy for styles forbids the attribute.
function lengths(copy, value) {
  for (const [, name, length] of value.matchAll(/(--[a-z-]+):\s*([\d.]+(?:px|em|%)?)/g))
    copy.style.setProperty(name, length);
}

/** What a drawing shows, as text: two drawings that look the same have the same. */
export function looks(svg) {
  const shown = "path, line, polyline, polygon, rect, circle, ellipse, text";
  const told = ["d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height"];
  return [...svg.querySelectorAll(shown)]
    .filter((shape) => !shape.matches(".life.is-past, .life.is-future")) // spacetime.js
    .map((shape) => {
      const text = shape.localName === "text" ? shape.textContent : "";
      const place = shape.closest("[transform]")?.getAttribute("transform") ?? "";
      return [shape.localName, place, ...told.map((name) => shape.getAttribute(name) ?? ""), text].join(" ");
    })
    .join("\n");
}
