"""`python -m release.bill_of_materials WHEEL`: write the wheel's software bill of materials beside it.

It is a CycloneDX file, `NAME-VERSION.cdx.json`, of an environment with the wheel and the pinned packages of
`requirements.txt`: all that the package and its extras `cli` and `emulator` need, each with version, licence and what
needs it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def write(wheel: Path) -> Path:
    """Write the file, and return its path. Progress goes to stderr."""
    path = wheel.with_name("-".join(wheel.name.split("-")[:2]) + ".cdx.json")
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        # Without pip, which nothing needs, and which would stand in the list.
        venv.create(environment)
        python = str(environment / "bin" / "python")
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check"]
        _run(*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(ROOT / "requirements.txt"))
        _run(*pip, "--no-deps", "--no-index", str(wheel.resolve()))
        project = str(ROOT / "pyproject.toml")
        arguments = ["--pyproject", project, "--mc-type", "library", "--output-reproducible", "--of", "JSON"]
        _run(sys.executable, "-m", "cyclonedx_py", "environment", python, *arguments, "--output-file", str(path))
    return path


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1]))}\n")
