"""Files are written whole, and what is kept of a build is never stale."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lib import bake, lean, mermaid, python_files, runtime
from scripts.lib.files import fingerprint, write_whole
from scripts.lib.paths import NPM_LOCK, ROOT


def test_two_may_write_a_file_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    replace = Path.replace

    def with_another(scratch: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        code = "import sys; from pathlib import Path; from scripts.lib import files; "
        code += "files.write_whole(Path(sys.argv[1]), 'the other')"
        subprocess.run([sys.executable, "-c", code, file], cwd=ROOT, check=True)
        assert file.read_text() == "the other"
        return replace(scratch, target)

    monkeypatch.setattr(Path, "replace", with_another)

    write_whole(file, "this")

    assert file.read_text() == "this"
    assert list(tmp_path.iterdir()) == [file]


def test_a_failure_leaves_the_old_text_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "new \udce9")

    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_fingerprint_tells_content_place_and_where_a_part_ends(
    tmp_path: Path,
) -> None:
    one, two, three = (tmp_path / name for name in ("one.py", "two.py", "sub/one.py"))
    three.parent.mkdir()
    for file in (one, two, three):
        file.write_text("pass")
    prints = [fingerprint([file]) for file in (one, two, three)]
    one.write_text("pass #")
    prints += [fingerprint([one]), fingerprint([], "a", "b"), fingerprint([], "ab")]

    assert len(set(prints)) == len(prints)
    assert fingerprint([two], "a") == fingerprint([two], "a")


def test_what_is_kept_depends_on_the_code_and_the_packages_that_made_it() -> None:
    assert {Path(lean.__file__), NPM_LOCK} <= {*lean.RECIPE}
    assert {Path(bake.__file__), Path(mermaid.__file__)} <= {*bake.RECIPE}
    assert Path(python_files.__file__) in python_files.RECIPES
    # What a program of ours imports makes its answer, too.
    for recipe in (lean.RECIPE, python_files.RECIPES):
        for program in [file for file in recipe if file.suffix == ".mjs"]:
            for line in program.read_text("utf-8").splitlines():
                if line.startswith("import") and '"./' in line:
                    assert program.parent / line.split('"./')[1][:-2] in recipe


def test_the_simulator_depends_on_the_code_that_packs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[list[Path]] = []
    monkeypatch.setattr(
        python_files, "compiled", lambda _, sources, __: asked.append(sources)
    )
    runtime.compiled_simulator()

    assert Path(runtime.__file__) in asked[0]
    assert set(runtime._modules()) < set(asked[0])


def test_a_module_that_moves_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_files, "COMPILED", tmp_path / "compiled")
    old, new = tmp_path / "a" / "one.py", tmp_path / "b" / "one.py"
    made = []
    for module in (old, new):
        module.parent.mkdir()
        module.write_text("pass")
        made.append(python_files.compiled("sim", [module], Path.touch))

    assert made[0] != made[1]


def test_other_packages_make_another_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "package-lock.json"
    monkeypatch.setattr(python_files, "COMPILED", tmp_path / "compiled")
    monkeypatch.setattr(python_files, "NPM_LOCK", lock)
    made = []
    for version in "12":
        lock.write_text(version)
        made.append(python_files.compiled("library", [], Path.touch))

    assert made[0] != made[1]


def test_another_program_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean, "ANSWERS", tmp_path / "answers")
    program = tmp_path / "program.mjs"
    monkeypatch.setattr(lean, "RECIPE", (program,))
    answers = []
    for version in "112":
        program.write_text(version)
        answers.append(lean._kept("question", lambda now=version: f"by {now}"))

    assert answers == ["by 1", "by 1", "by 2"]
