// Makes one small style sheet and one script of several.
//
// Reads {css: [{text, whole}], js: [text], content: [text]} as JSON from standard input
// and writes {css: text, js: text}. Rules for what no page and no script ever names are
// left out, except from sheets that stay whole: they cost bytes, and time at each change
// of a page.
import { transform } from "esbuild";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

// Names that the theme's script puts together from parts.
const PUT_TOGETHER =
  /tabbed-|fnref:|md-(annotation|clipboard|code|dialog|search|tooltip)/;

let request = "";
for await (const part of process.stdin) request += part;
const { css, js, content } = JSON.parse(request);

const words = (texts) => texts.flatMap((text) => text.match(/[\w-]+/g) ?? []);
// What stands in a tag may be a name in a style sheet; prose only looks like one.
const inTags = (html) =>
  words(html.match(/<(?!meta|title)[a-z][^>]*>/gi) ?? []).concat("html", "body");
const inStrings = (code) => words(code.match(/(["'`])(?:(?!\1)[^\\\n])*\1/g) ?? []);

// As PurgeCSS wants to be told.
const keep = (text) =>
  `/*! purgecss start ignore */\n${text}\n/*! purgecss end ignore */`;
const sheets = css.map(({ text, whole }) => (whole ? keep(text) : text));
const { root } = postcss().process(sheets.join("\n"), { from: undefined });
const tabs = content.flatMap((html) => [...html.matchAll(/id="__tabbed_\d+_(\d+)"/g)]);
const mostTabs = Math.max(0, ...tabs.map(([, number]) => Number(number)));
root.walkRules((rule) => {
  const needed = rule.selectors.filter((selector) => !isIdle(selector));
  if (!needed.length) rule.remove();
  else if (needed.length < rule.selectors.length) rule.selectors = needed;
});

/** Whether a selector, although its names occur, does nothing for this site. */
function isIdle(selector) {
  // The site is read from left to right.
  if (/\[dir="?rtl"?\]/.test(selector)) return true;
  // Holds back fades while the colors change, and has the browser look at every
  // element of a page for it, twice at each start. The site hardly fades.
  if (selector.includes("[data-md-color-switching]")) return true;
  // The theme foresees twenty tabs side by side.
  const tab = /tabbed-.*:nth-child\((\d+)\)/.exec(selector);
  return tab !== null && Number(tab[1]) > mostTabs;
}

const [purged] = await new PurgeCSS().purge({
  css: [{ raw: root.toString() }],
  content: [
    ...content.map((raw) => ({ raw, extension: "html" })),
    ...js.map((raw) => ({ raw, extension: "js" })),
  ],
  extractors: [
    { extensions: ["html"], extractor: inTags },
    { extensions: ["js"], extractor: inStrings },
  ],
  safelist: { greedy: [PUT_TOGETHER] },
  keyframes: true,
  variables: true,
});
const minify = (text, loader) =>
  transform(text, { loader, minify: true, legalComments: "none" });
const sheet = await minify(purged.css, "css");
const scripts = await Promise.all(js.map((text) => minify(text, "js")));
process.stdout.write(
  JSON.stringify({ css: sheet.code, js: scripts.map(({ code }) => code).join("") }),
);
