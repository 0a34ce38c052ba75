"""Run the tools of the set-up, and turn what they print into one line that helps.

Standard library only: the set-up imports it.
"""

import errno
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.lib import say
from scripts.lib.paths import CACHE, ROOT

LOG = CACHE / "setup.log"

NO_SPACE = "The disk is full: free about 1 GB, then start again."

# What pip, npm and Python print, and what the person can do about it.
# The first that matches is said, so the surer signs come first.
CAUSES = (
    (r"No space left on device|ENOSPC|not enough space on the disk", NO_SPACE),
    (
        r"CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)",
        "The network's certificate is not trusted: name your network's"
        " certificate file in PIP_CERT and NODE_EXTRA_CA_CERTS, then start again.",
    ),
    (
        r"NewConnectionError|Connection broken|Connection refused|ConnectTimeout"
        r"|ReadTimeout|Max retries exceeded|Failed to establish|Failed to connect"
        r"|name resolution|getaddrinfo|Network is unreachable|ProxyError"
        r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT",
        "No network: the first start downloads the locked packages, later ones need"
        " nothing. Connect, then start again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A downloaded package is not the locked one. If requirements.txt and"
        " package-lock.json are unchanged, your package mirror is at fault.",
    ),
    (
        r"ensurepip is not|No module named (venv|ensurepip)",
        "This Python cannot make virtual environments: install its venv package"
        " (Debian, Ubuntu: apt-get install python3-venv), then start again.",
    ),
    (
        r"No matching distribution found|EBADPLATFORM",
        "A locked package does not exist for this Python or machine:"
        " start with CPython 3.11, 3.12, 3.13, 3.14 or 3.15.",
    ),
    (
        r"Permission denied|EACCES|EPERM|Read-only file system",
        f"No permission to write in {ROOT}: make the folder yours, then start again.",
    ),
)


def explain(tool: str, output: str) -> str:
    """One line: why `tool` failed, by what it printed, and the cure."""
    for pattern, cure in CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return cure
    return f"{tool} failed. All it printed is in {LOG.relative_to(ROOT)}."


def explain_error(error: OSError) -> str:
    """One line: what the operating system refused, and the cure."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NO_SPACE
    return explain(str(error), str(error))


def run(
    tool: str,
    command: Sequence[str | Path],
    on_line: Callable[[str], None] = lambda line: None,
) -> str:
    """Run `command` in the project's folder and return what it printed.

    Everything it prints goes to the log and, line by line, to `on_line`.
    Stops with one line of explanation where it fails.
    """
    LOG.parent.mkdir(exist_ok=True)
    printed: list[str] = []
    with (
        LOG.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for text in process.stdout:
                printed.append(text)
                log.write(text)
                on_line(text)
        except BaseException:
            process.terminate()
            raise
    output = "".join(printed)
    if process.returncode != 0:
        say.stop(explain(tool, output))
    return output
