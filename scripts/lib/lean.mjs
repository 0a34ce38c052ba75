// Makes one small style sheet and one script of several.
//
// Reads {css: [{text, whole}], js: [text], names: [word], tabs: number} as JSON from
// standard input and writes {css: text, js: text}. Rules for what neither `names` nor a
// script names are left out, except from sheets that stay whole: they cost bytes, and
// time at each change of a page. `tabs` is how many stand side by side at most.
import { transform } from "esbuild";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

// Names that the theme's script puts together from parts.
const PUT_TOGETHER =
  /tabbed-|fnref:|md-(annotation|clipboard|code|dialog|search|tooltip)/;

let request = "";
for await (const part of process.stdin) request += part;
const { css, js, names, tabs } = JSON.parse(request);

const quoted = (code) => code.match(/(["'`])(?:(?!\1)[^\\\n])*\1/g) ?? [];
const inScripts = js.flatMap(quoted).flatMap((text) => text.match(/[\w-]+/g) ?? []);

// As PurgeCSS wants to be told.
const keep = (text) =>
  `/*! purgecss start ignore */\n${text}\n/*! purgecss end ignore */`;
const sheets = css.map(({ text, whole }) => (whole ? keep(text) : text));
const { root } = postcss().process(sheets.join("\n"), { from: undefined });
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
  return tab !== null && Number(tab[1]) > tabs;
}

const [purged] = await new PurgeCSS().purge({
  css: [{ raw: root.toString() }],
  content: [{ raw: "", extension: "names" }],
  extractors: [
    {
      extensions: ["names"],
      extractor: () => [...names, ...inScripts, "html", "body"],
    },
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
