// Compiles Python's modules for the browser, with the browser's own Python, run here:
// otherwise each start in the page would compile some 140 modules anew.
//
//   node scripts/lib/python_compiler.mjs library FOLDER
//     the standard library and the interpreter, compressed, into FOLDER
//   node scripts/lib/python_compiler.mjs package FOLDER ARCHIVES OUTPUT
//     modules below FOLDER, a package of that name, compressed, into the folder OUTPUT;
//     ARCHIVES is JSON: the name of each archive, and the files of its modules
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { loadPyodide } from "pyodide";
import { engine, unpacker } from "./python_engine.mjs";

const [task, folder, archives, output] = process.argv.slice(2);
const shipped = (name) => createRequire(import.meta.url).resolve(`pyodide/${name}`);
// Pyodide does not know Node's own kind of array.
const bytes = (name) => new Uint8Array(readFileSync(shipped(name)));

const python = await loadPyodide();
python.runPython(readFileSync(new URL("python_compiler.py", import.meta.url), "utf8"));
const call = (name, ...rest) => python.globals.get(name)(...rest);
const save = (name, to) => writeFileSync(to, python.FS.readFile(name));

if (task === "library" && folder) {
  python.unpackArchive(bytes("python_stdlib.zip"), "zip", { extractDir: "/library" });
  call("library", "/library", "/core.zip.zst", "/more.zip.zst");
  save("/core.zip.zst", `${folder}/core.zip.zst`);
  save("/more.zip.zst", `${folder}/more.zip.zst`);
  const { script, wasm } = await engine();
  for (const [name, content] of [
    ["python.wasm", wasm],
    ["engine.js", script],
  ]) {
    python.FS.writeFile(`/${name}`, new Uint8Array(content));
    call("compress", `/${name}`);
    save(`/${name}.zst`, `${folder}/${name}.zst`);
  }
  writeFileSync(`${folder}/unpack.mjs`, await unpacker());
} else if (task === "package" && output) {
  python.FS.mkdirTree("/package");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/package");
  for (const [archive, modules] of Object.entries(JSON.parse(archives))) {
    const made = `/${archive}.zip.zst`;
    call("package", "/package", basename(folder), python.toPy(modules), made);
    save(made, `${output}/${archive}.zip.zst`);
  }
} else {
  console.error("usage: python_compiler.mjs library FOLDER | package FOLDER ARCHIVES OUTPUT");
  process.exit(2);
}
