"""axe-core in a browser: what it finds on a page that hinders people who use a keyboard or a screen reader.

npm installs it, at the version of `axe/package-lock.json`, once for this user.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.console import Problem, last_lines
from sandbox.file_lock import exclusive
from sandbox.pulumi_cli import cache_folder

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_LISTS = Path(__file__).parent / "axe"
_FILES = ("package.json", "package-lock.json")
_TIMEOUT_S = 120.0
# Its rules for WCAG 2.2 A and AA and its best practices are on; the one for sizes of targets is not by itself.
_RUN = """
const done = arguments[arguments.length - 1];
const rules = { "target-size": { enabled: true } };
axe.run(document, { rules, resultTypes: ["violations", "incomplete"] }).then(done);
"""


@functools.cache
def script() -> str:
    """Return axe-core's script; installs it when it is not there.

    Raises:
        Problem: npm is missing, or cannot install it.
    """
    if shutil.which("npm") is None:
        raise Problem("there is no npm here; axe-core is installed with it")
    lists = [(_LISTS / name).read_bytes() for name in _FILES]
    cache = cache_folder(os.environ).parent / "axe-core"
    folder = cache / sha256(b"".join(lists)).hexdigest()[:12]
    found = folder / "node_modules" / "axe-core" / "axe.min.js"
    with exclusive(cache / "lock", "Another process is installing axe-core; waiting for it ..."):
        if not found.exists():
            _install(folder)
    return found.read_text(encoding="utf-8")


def _install(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copy(_LISTS / name, folder)
    command = ("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise Problem(f"npm has not installed axe-core within {_TIMEOUT_S:.0f} s") from None
    if done.returncode:
        raise Problem(f"npm cannot install axe-core:\n{last_lines(done.stderr or done.stdout, 6)}")


def findings(driver: Chrome) -> dict[str, list[str]]:
    """Return what axe-core finds on the page that a browser shows.

    `violations` is what is wrong, `incomplete` what it cannot decide; each line has the rule, the element and why.
    """
    driver.execute_script(script())
    found: dict[str, Any] = driver.execute_async_script(_RUN)
    return {
        kind: [
            f"{rule['id']} at {' '.join(map(str, node['target']))}: {node.get('failureSummary', '')}"
            for rule in found[kind]
            for node in rule["nodes"]
        ]
        for kind in ("violations", "incomplete")
    }
