// The Python of the page, under Node: the same library, simulator and boot.py.
//
//   echo '{"lines": [["-m", "sim", "ordering/happened_before/figure_1"]]}' |
//     node run.mjs FOLDER
//
// FOLDER has the simulator's archives. Reads a JSON object of one of two lists.
//   lines: command lines, each a list of what would follow `python3` in the folder
//   `snippets`. Prints a JSON list of what each did: its output, and its exit status
//   or the error that ended it.
//   runs: what the page would ask for, {code, name, settings}. Prints a JSON list of
//   the answers that the page would get, with all `output`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { decompress } from "fzstd";
import { loadPyodide } from "pyodide";

const root = new URL("../..", import.meta.url).pathname;
const vendor = `${root}docs/assets/vendor/python/`;
const { files } = JSON.parse(readFileSync(`${vendor}files.json`, "utf8"));
const unpacked = (file) => decompress(new Uint8Array(readFileSync(file)));
const simulator = (archive) => unpacked(`${process.argv[2]}/${archive}.zip.zst`);

const HARNESS = `
import contextlib, io, json, runpy, sys, traceback

def in_snippets(line):
    options = line[1:] if line[0] == "-m" else line
    sys.argv = list(options)
    out, status = io.StringIO(), 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            if line[0] == "-m":
                runpy.run_module(line[1], run_name="__main__", alter_sys=True)
            else:
                runpy.run_path(line[0], run_name="__main__")
    except SystemExit as stopped:
        status = stopped.code or 0
    except BaseException:
        status = traceback.format_exc()
    return {"output": out.getvalue(), "status": status}
`;

const folder = mkdtempSync(`${tmpdir()}/pyodide-`);
process.on("exit", () => rmSync(folder, { recursive: true }));
const library = `${folder}/core.zip`;
writeFileSync(library, unpacked(vendor + files.core.name));

const python = await loadPyodide({
  stdLibURL: library,
  env: { HOME: "/home", PYTHONHASHSEED: "0" },
  fsInit: (fs) => {
    fs.writeFile("/lib/sim.zip", simulator("sim"));
    fs.writeFile("/lib/more.zip", unpacked(vendor + files.more.name));
  },
});
let question = "";
for await (const part of process.stdin.setEncoding("utf8")) question += part;
const { lines, runs } = JSON.parse(question);
const answers = [];
if (runs) {
  python.runPython(readFileSync(`${root}docs/assets/run/boot.py`, "utf8"));
  python.globals.get("begin").callKwargs({
    // Without the rest of the library: what the pages show must not need it.
    more: () => "is not there.",
    check: () => {
      python.FS.writeFile("/lib/check.zip", simulator("check"));
      return "";
    },
  });
  const run = python.globals.get("run");
  for (const { code, name, settings } of runs) {
    let output = "";
    const answer = run(
      code,
      name,
      JSON.stringify(settings),
      (text) => (output += text),
      () => {},
    );
    answers.push({ ...JSON.parse(answer), output });
  }
} else {
  python.FS.mkdirTree("/project");
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/project");
  python.FS.chdir("/project/snippets");
  python.runPython(`
import sys
sys.path[:0] = ["/project/snippets"]
sys.path.append("/lib/more.zip")
sys.dont_write_bytecode = True
${HARNESS}`);
  const inSnippets = python.globals.get("in_snippets");
  for (const line of lines) {
    const did = inSnippets(python.toPy(line));
    answers.push(did.toJs({ dict_converter: Object.fromEntries }));
  }
}
console.log(JSON.stringify(answers));
