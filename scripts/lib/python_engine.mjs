// The JavaScript that the page's Python needs, as one classic script. It sets `Engine`;
// docs/assets/run/parts.mjs puts the worker's own code behind it.
import { build } from "esbuild";

export async function engine() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { loadPyodide } from "pyodide";
        export { default as createPyodideModule } from "pyodide/pyodide.asm.mjs";
        export { decompress } from "fzstd";
      `,
      resolveDir: import.meta.dirname,
    },
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "Engine",
    target: "es2022",
    // What it would want under Node.
    external: ["node:*", "ws", "fs", "path", "url", "crypto", "child_process", "vm"],
    // Only to find other files by, and there are none.
    define: { "import.meta.url": "self.origin" },
    legalComments: "none",
    logLevel: "error",
  });
  return outputFiles[0].contents;
}
