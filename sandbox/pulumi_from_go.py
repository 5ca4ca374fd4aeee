"""Builds the Pulumi CLI and its language hosts from the Go module proxy.

That is for machines that reach package registries only. `go install` refuses most of the commands because their modules
carry `replace` lines; so `pulumi_build/` holds wrapper modules for them, with complete `go.sum` files. The language
hosts of Python, Node.js and Go cannot be had at the engine's version: the last modules that contain them are older, and
the engine falls back to their protocol. The scripts beside the Python host are those of the engine's version.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sandbox.console import duration, last_lines, say

VERSION = "3.259.0"
OLDEST_GO = (1, 25, 11)

_WRAPPERS = Path(__file__).parent / "pulumi_build"
_SDK = f"github.com/pulumi/pulumi/sdk/v3@v{VERSION}"
_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
_SIGN_OF_LIFE_S = 30


class BuildFailed(Exception):
    """A command cannot be built on this machine. The text says why."""


@dataclass(frozen=True)
class GoCommand:
    """A command to build.

    Attributes:
        name: of the command.
        wrapper: folder of its wrapper module.
        package: its Go package.
        flags: of `go build`, those of Pulumi's own releases.
    """

    name: str
    wrapper: str
    package: str
    flags: tuple[str, ...] = ("-ldflags=-w -s",)

    @property
    def digest(self) -> str:
        """Another one whenever something else would be built."""
        files = sorted(path for path in (_WRAPPERS / self.wrapper).iterdir() if path.suffix in (".go", ".mod", ".sum"))
        parts = [self.package, *self.flags, *(f"{path.name} {path.read_text()}" for path in files)]
        return sha256("\0".join(parts).encode()).hexdigest()[:12]


COMMANDS = (
    GoCommand(
        "pulumi",
        "engine",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        (
            "-tags=osusergo grpcnotrace",
            f"-ldflags=-w -s -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}",
        ),
    ),
    GoCommand(
        "pulumi-language-python",
        "python_host",
        "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    ),
)


def parse_go_version(text: str) -> tuple[int, int, int] | None:
    """Parse the output of `go version`; None when it is something else."""
    match = re.search(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def check_go() -> None:
    """Make sure that Go is installed and new enough.

    `go version` runs in the folder of the wrapper module, where an older Go may download the toolchain that the module
    needs.

    Raises:
        BuildFailed: Go is missing or too old.
    """
    wanted = ".".join(map(str, OLDEST_GO))
    if shutil.which("go") is None:
        raise BuildFailed(f"there is no Go here to build one with ({wanted} or newer would do).")
    answer = _go("version", wrapper="engine")
    found = parse_go_version(answer.stdout)
    if answer.returncode or found is None:
        raise BuildFailed(f"`go version` failed; Go {wanted} or newer is needed to build one:\n{_last(answer.stderr)}")
    if found < OLDEST_GO:
        raise BuildFailed(f"Go {'.'.join(map(str, found))} is too old to build one; {wanted} or newer is needed.")


def build(root: Path) -> None:
    """Build the CLI and the programs that it needs for Python into `root/bin`.

    Raises:
        BuildFailed: Go failed; the text has the last lines of its output.
    """
    folder = root / "bin"
    folder.mkdir(parents=True)
    started = time.monotonic()
    for command in COMMANDS:
        build_command(command, folder, started)
    for script in _scripts():
        # Archives of Go modules do not keep the executable bit.
        shutil.copyfile(script, folder / script.name)
        (folder / script.name).chmod(0o755)


def build_command(command: GoCommand, folder: Path, started: float) -> None:
    """Build one command into an existing folder.

    Args:
        command: to build.
        folder: for the executable; while Go is at work, a log is kept beside that folder.
        started: when all of this began, in seconds of `time.monotonic`, for the signs of life.

    Raises:
        BuildFailed: Go failed; the text has the last lines of its output.
    """
    arguments = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", *command.flags]
    arguments += ["-o", str(folder / command.name), command.package]
    log = folder.parent / f"{command.name}.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            ["go", *arguments],
            cwd=_WRAPPERS / command.wrapper,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        while True:
            try:
                code = process.wait(timeout=_SIGN_OF_LIFE_S)
                break
            except subprocess.TimeoutExpired:
                say(f"  still building {command.name}: {duration(time.monotonic() - started)}")
    if code:
        raise BuildFailed(f"building {command.name} failed:\n{_last(log.read_text())}")
    log.unlink()


def _scripts() -> list[Path]:
    answer = _go("mod", "download", "-json", _SDK, wrapper="engine")
    if answer.returncode:
        raise BuildFailed(f"`go mod download {_SDK}` failed:\n{_last(answer.stderr or answer.stdout)}")
    module = Path(json.loads(answer.stdout)["Dir"])
    return [module / script for script in _SCRIPTS]


def _go(*arguments: str, wrapper: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["go", *arguments], cwd=_WRAPPERS / wrapper, env=_environment(), capture_output=True, text=True, check=False
    )


def _environment() -> dict[str, str]:
    # Else a clone inside a Go workspace would be built as a part of it.
    return {**os.environ, "GOWORK": "off"}


def _last(output: str) -> str:
    return last_lines(output, 6)
