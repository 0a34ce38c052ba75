// Makes one small style sheet and one script of several.
//
// Reads {css: [text], js: [text], content: [text]} as JSON from standard input and
// writes {css: text, js: text}. Rules for what no page and no script ever names are
// left out of the style sheet.
import { transform } from "esbuild";
import { PurgeCSS } from "purgecss";

// Names that the theme's script puts together from parts.
const PUT_TOGETHER = /tabbed-|md-(annotation|clipboard|code|dialog|search|tooltip)/;
let request = "";
for await (const part of process.stdin) request += part;
const { css, js, content } = JSON.parse(request);

// The site is read from left to right: rules for "rtl" go.
const words = (texts) =>
  texts.flatMap((text) => text.match(/[\w-]+/g) ?? []).filter((word) => word !== "rtl");
// What stands in a tag may be a name in a style sheet; prose only looks like one.
const inTags = (html) =>
  words(html.match(/<(?!meta|title)[a-z][^>]*>/gi) ?? []).concat("html", "body");
const inStrings = (code) => words(code.match(/(["'`])(?:(?!\1)[^\\\n])*\1/g) ?? []);

const purged = await new PurgeCSS().purge({
  css: [{ raw: css.join("\n") }],
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
const minified = await transform(purged[0].css, {
  loader: "css",
  minify: true,
  legalComments: "none",
});
const small = await Promise.all(
  js.map((text) => transform(text, { minify: true, legalComments: "none" })),
);
process.stdout.write(
  JSON.stringify({ css: minified.code, js: small.map(({ code }) => code).join("") }),
);
