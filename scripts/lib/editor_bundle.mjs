// Bundles the editor, CodeMirror, with what docs/assets/run/editor.mjs takes of it:
// about 115 kB compressed, one module.
//
//   node scripts/lib/editor_bundle.mjs OUTPUT
import { build } from "esbuild";

const PARTS = {
  "@codemirror/commands": "defaultKeymap, history, historyKeymap, indentWithTab",
  "@codemirror/lang-python": "pythonLanguage",
  "@codemirror/language":
    "HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting",
  "@codemirror/search": "search, searchKeymap",
  "@codemirror/state": "EditorState, StateEffect, StateField",
  "@codemirror/view":
    "Decoration, EditorView, drawSelection, highlightSpecialChars, keymap, lineNumbers",
  "@lezer/highlight": "styleTags, tags",
};

const [output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node scripts/lib/editor_bundle.mjs OUTPUT");
  process.exit(2);
}
await build({
  stdin: {
    contents: Object.entries(PARTS)
      .map(([name, parts]) => `export { ${parts} } from "${name}";`)
      .join("\n"),
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  outfile: output,
});
