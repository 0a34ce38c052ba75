// Bundles Mermaid for sequence diagrams only: about 220 kB compressed instead of
// 1.6 MB, one file, which also loads from file://. The other diagram types that
// Mermaid would fetch on demand become a stub that throws with their name.
//
//   node scripts/lib/mermaid_bundle.mjs OUTPUT
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const KEEP = /^sequenceDiagram-/;
// Layout engines and formulas: no sequence diagram uses them.
const UNUSED = /^(cytoscape(-.*)?|cose-base|layout-base|elkjs.*|katex)$/;

const sequenceOnly = {
  name: "sequence-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: "unused" }));
    onResolve({ filter: /\.mjs$/ }, ({ path, kind }) => {
      const file = path.split("/").pop();
      if (kind === "dynamic-import" && !KEEP.test(file)) {
        return { path: file, namespace: "other-diagram" };
      }
    });
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({
      contents: "export default { use() {} };",
    }));
    onLoad({ filter: /.*/, namespace: "other-diagram" }, ({ path }) => ({
      contents: `throw new Error("only sequence diagrams are in this build, not ${path}");`,
    }));
  },
};

// Mermaid puts its colors into each drawing, where diagram_loader.js takes them out
// again. The site's security policy does not let them in to begin with.
const STYLE = 'document.createElement("style")';
let styles = 0;
const withoutColors = {
  name: "without-colors",
  setup({ onLoad }) {
    onLoad({ filter: /\/mermaid\.core\.mjs$/ }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split(STYLE);
      styles += parts.length - 1;
      return { contents: parts.join("document.createDocumentFragment()") };
    });
  },
};

const [output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node scripts/lib/mermaid_bundle.mjs OUTPUT");
  process.exit(2);
}
await build({
  stdin: {
    contents: 'import mermaid from "mermaid"; globalThis.mermaid = mermaid;',
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
  outfile: output,
  plugins: [sequenceOnly, withoutColors],
});
if (styles !== 1) throw new Error(`Mermaid makes its style in ${styles} places now`);
