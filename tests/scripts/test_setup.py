"""The set-up: quick the second time, whole after anything, one line when it cannot."""

import subprocess
import sys

import pytest

from scripts.lib import command
from tests.scripts.clone import NOWHERE, Clone, environment

READY = "ready 1.0 .venv\n"
INSTALLS = "Installing the Python packages\n"
MAKES_ANEW = "Making .venv\n" + INSTALLS

NO_NETWORK = {"PIP_INDEX_URL": f"{NOWHERE}/simple", "PIP_RETRIES": "1"}


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said, which has to be one line."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.strip()


def test_a_second_start_installs_nothing_and_needs_no_network(used_clone: Clone):
    second = used_clone.start(NO_NETWORK)
    assert (second.returncode, second.stdout, second.stderr) == (0, READY, "")


def test_a_changed_lock_is_installed(used_clone: Clone):
    used_clone.require("2.0")
    assert used_clone.start().stdout == INSTALLS + "ready 2.0 .venv\n"
    used_clone.require("1.0")
    assert used_clone.start().stdout == INSTALLS + READY


def test_a_package_that_was_removed_by_hand_comes_back(used_clone: Clone):
    subprocess.run(
        [used_clone.venv / "bin" / "pip", "uninstall", "--yes", "--quiet", "tiny"],
        env=environment(),
        check=True,
    )
    assert used_clone.start().stdout == INSTALLS + READY


def test_an_interrupted_installation_is_made_again(used_clone: Clone):
    (used_clone.venv / ".setup-unfinished").touch()
    assert used_clone.start().stdout == MAKES_ANEW + READY


def test_a_venv_without_its_interpreter_is_made_again(used_clone: Clone):
    (used_clone.venv / "bin" / "python").unlink()
    assert used_clone.start().stdout == MAKES_ANEW + READY


def test_a_venv_of_another_python_is_made_again(used_clone: Clone):
    # What an upgrade of the machine's Python leaves behind.
    stamp = used_clone.venv / ".setup"
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    stamp.write_text(stamp.read_text().replace(running, "3.10"))
    config = used_clone.venv / "pyvenv.cfg"
    config.write_text(
        config.read_text().replace(f"version = {running}", "version = 3.10")
    )
    assert used_clone.start().stdout == MAKES_ANEW + READY


def test_a_moved_folder_is_set_up_again(used_clone: Clone):
    moved = used_clone.root.with_name("moved")
    used_clone.root.rename(moved)
    used_clone.root, used_clone.venv = moved, moved / ".venv"
    used_clone.wheels = moved / "wheels"
    assert used_clone.start().stdout == MAKES_ANEW + READY


def test_two_first_starts_at_once_set_up_once(clone: Clone):
    both = [
        subprocess.Popen(
            **clone.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    outputs = sorted(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert outputs == [
        MAKES_ANEW + READY,
        "Waiting for another set-up to finish\n" + READY,
    ]


def test_no_network_at_the_first_start_is_one_line_and_no_harm(clone: Clone):
    message = one_line(clone.start(NO_NETWORK))
    assert message.startswith("No network:")
    assert clone.start().stdout.endswith(READY)


def test_a_package_that_is_not_the_locked_one_is_refused(used_clone: Clone):
    used_clone.require("3.0", sha256="0" * 64)
    assert "not the locked one" in one_line(used_clone.start())
    used_clone.require("1.0")
    assert used_clone.start().stdout.endswith(READY)


def test_npm_without_a_network_is_one_line(lone_npm: Clone):
    code = "from scripts.lib import setup; setup.install_npm_packages()"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=lone_npm.root,
        env=environment(
            npm_config_registry=NOWHERE,
            npm_config_fetch_retries="0",
            npm_config_cache=str(lone_npm.root / "npm"),
        ),
        capture_output=True,
        text=True,
    )
    assert one_line(result).startswith("No network:")
    assert not (lone_npm.root / "node_modules" / ".setup").exists()


@pytest.mark.parametrize(
    ("printed", "cure"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("npm error code EAI_AGAIN", "No network"),
        ("[Errno -3] Temporary failure in name resolution", "No network"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "PIP_CERT"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"),
        ("because ensurepip is not\navailable.", "python3-venv"),
        ("/usr/bin/python3: No module named venv", "python3-venv"),
        ("npm error code EINTEGRITY", "not the locked one"),
        ("ERROR: No matching distribution found for tiny==1.0", "CPython 3.11"),
        ("[Errno 13] Permission denied: '.venv'", "No permission"),
        ("something nobody has seen before", ".cache/setup.log"),
    ],
)
def test_every_known_cause_has_its_cure(printed: str, cure: str):
    message = command.explain("pip", printed)
    assert cure in message
    assert "\n" not in message


def test_a_full_disk_while_writing_is_one_line(clone: Clone):
    code = (
        "import errno, os\n"
        "from scripts.lib import setup\n"
        "def full(*_):\n"
        "    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "setup.write_whole = full\n"
        "setup.command.run = lambda *_, **__: setup.VENV.mkdir(exist_ok=True)\n"
        "setup.ensure(browser_files=False)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=clone.root,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert "disk is full" in one_line(result)


def test_a_broken_venv_that_nothing_mends_says_so(used_clone: Clone):
    # As if Python in .venv did not find its way back: no loop, one line.
    started = used_clone.command()
    started["env"]["SETUP_ENTERED_VENV"] = "1"
    assert "delete that folder" in one_line(
        subprocess.run(**started, capture_output=True)
    )


def test_ctrl_c_is_one_line(clone: Clone):
    code = (
        "from scripts.lib import setup\n"
        "def interrupted(*_, **__):\n"
        "    raise KeyboardInterrupt\n"
        "setup.command.run = interrupted\n"
        "setup.ensure(browser_files=False)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=clone.root,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert one_line(result).startswith("Interrupted.")
