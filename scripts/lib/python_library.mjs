// Compiles Python's standard library for the browser, with the browser's own Python:
// without this, each start there would compile some 140 modules anew.
//
//   node scripts/lib/python_library.mjs OUTPUT.zip
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadPyodide } from "pyodide";

const [output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node scripts/lib/python_library.mjs OUTPUT.zip");
  process.exit(2);
}
const shipped = createRequire(import.meta.url).resolve("pyodide/python_stdlib.zip");
const python = await loadPyodide();
// Pyodide does not know Node's own kind of array.
python.unpackArchive(new Uint8Array(readFileSync(shipped)), "zip", { extractDir: "/library" });
python.runPython(readFileSync(new URL("python_library.py", import.meta.url), "utf8"));
python.globals.get("write")("/library", "/out.zip");
writeFileSync(output, python.FS.readFile("/out.zip"));
