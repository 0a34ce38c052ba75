// Python command lines, run by the Python of the browser: Pyodide, under Node.
//
//   echo '[["-m", "sim", "ordering/happened_before/figure_1"]]' | node run.mjs
//
// Reads a JSON list of command lines, each a list of what would follow `python3` in
// the folder `snippets`. Prints a JSON list of what each did: its output, what it said on
// the standard error, and its exit status or the error that ended it.
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const root = new URL("../..", import.meta.url).pathname;

const HARNESS = `
import contextlib, io, json, runpy, sys, traceback

def run(line):
    options = line[1:] if line[0] == "-m" else line
    sys.argv = list(options)
    out, errors, status = io.StringIO(), io.StringIO(), 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            if line[0] == "-m":
                runpy.run_module(line[1], run_name="__main__", alter_sys=True)
            else:
                runpy.run_path(line[0], run_name="__main__")
    except SystemExit as stopped:
        status = stopped.code or 0
    except BaseException:
        status = traceback.format_exc()
    return {"output": out.getvalue(), "errors": errors.getvalue(), "status": status}

def run_all(lines):
    return json.dumps([run(line) for line in json.loads(lines)])
`;

const python = await loadPyodide({ env: { HOME: "/home", PYTHONHASHSEED: "0" } });
python.FS.mkdirTree("/project");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/project");
python.FS.chdir("/project/snippets");
python.runPython('import sys; sys.path.insert(0, "/project/snippets"); sys.dont_write_bytecode = True');
python.runPython(HARNESS);
console.log(python.globals.get("run_all")(readFileSync(0, "utf8")));
