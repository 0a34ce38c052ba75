// What runs Python in the page: Pyodide's JavaScript as one classic script, which sets
// `Engine`, and its WebAssembly. docs/assets/run/parts.mjs puts the worker's own code
// behind the script.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build } from "esbuild";
import { shaken } from "./python_shake.mjs";

const QUIETLY = { bundle: true, minify: true, write: false, legalComments: "none" };

/** What the page unpacks the other files with, as a module. */
export async function unpacker() {
  const contents = 'export { Decompress } from "fzstd";';
  const stdin = { contents, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ ...QUIETLY, stdin, format: "esm" });
  return outputFiles[0].contents;
}

const shipped = (name) => createRequire(import.meta.url).resolve(`pyodide/${name}`);

/** The two, as bytes: {script, wasm}. */
export async function engine() {
  const { script, wasm } = shaken(
    await readFile(shipped("pyodide.asm.mjs"), "utf8"),
    await readFile(shipped("pyodide.asm.wasm")),
    await readFile(shipped("pyodide.mjs"), "utf8"),
  );
  const inItsPlace = {
    name: "shaken",
    setup({ onLoad }) {
      onLoad({ filter: /\/pyodide\.asm\.mjs$/ }, () => ({ contents: script }));
    },
  };
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { loadPyodide } from "pyodide";
        export { default as createPyodideModule } from "pyodide/pyodide.asm.mjs";
        export { decompress } from "fzstd";
      `,
      resolveDir: import.meta.dirname,
    },
    ...QUIETLY,
    plugins: [inItsPlace],
    format: "iife",
    globalName: "Engine",
    target: "es2022",
    // What it would want under Node.
    external: ["node:*", "ws", "fs", "path", "url", "crypto", "child_process", "vm"],
    // Only to find other files by, and there are none.
    define: { "import.meta.url": "self.origin" },
    logLevel: "error",
  });
  return { script: outputFiles[0].contents, wasm };
}
