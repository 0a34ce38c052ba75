"""The one list of checks, and the workflows that run it."""

import os
import re
import subprocess
import sys

import pytest
import yaml

from tests.scripts.clone import ROOT

RUN = ROOT / ".ci" / "run"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JOBS = [
    pytest.param(job, id=f"{workflow.stem}-{name}")
    for workflow in WORKFLOWS
    for name, job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].items()
]
COMMANDS = ("python3 scripts/serve.py", "python3 scripts/test.py")


def test_the_list_of_checks_can_be_started_and_read():
    assert os.access(RUN, os.X_OK)
    subprocess.run(["bash", "-n", RUN], check=True)
    assert "set -euo pipefail" in RUN.read_text("utf-8")


def test_it_ends_with_the_tests_so_that_their_count_is_read_last():
    assert RUN.read_text("utf-8").rstrip().endswith(COMMANDS[1])


def test_it_never_builds_quietly():
    # `mkdocs build --strict --quiet` passes with broken links.
    assert not re.search(r"mkdocs.* (-q|--quiet)\b", RUN.read_text("utf-8"))


def test_the_lint_leaves_no_file_of_ours_out():
    # A folder of sources can be called like one that is made: `site`, `tests/site`.
    ruff = [sys.executable, "-m", "ruff", "check", "--show-files"]
    looked = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=True)
    own = {
        str(file)
        for folder in ("benchmarks", "scripts", "snippets", "tests")
        for file in (ROOT / folder).rglob("*.py")
    }

    assert len(own) > 200
    assert not own - set(looked.stdout.splitlines())


def test_a_workflow_runs_the_list():
    steps = [step.get("run") for job in JOBS for step in job.values[0]["steps"]]
    assert ".ci/run" in steps


@pytest.mark.parametrize("job", JOBS)
def test_every_action_is_pinned_to_a_commit(job: dict):
    for step in job["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])


@pytest.mark.parametrize("job", JOBS)
def test_who_may_write_runs_no_code_of_ours(job: dict):
    if "write" in job["permissions"].values():
        assert not [step for step in job["steps"] if "run" in step]
        assert not [s for s in job["steps"] if "checkout" in s.get("uses", "")]
        assert "push" in job["if"]


def test_the_readme_opens_with_a_picture_and_the_two_commands():
    readme = (ROOT / "README.md").read_text("utf-8")
    opening = readme.split("\n## ")[1]
    assert "![" in readme.split("\n## ")[0]
    assert all(command in opening for command in COMMANDS)
