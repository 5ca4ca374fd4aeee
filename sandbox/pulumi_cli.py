"""Finds or installs the Pulumi CLI for the sandbox and the tests.

Tried in this order: `pulumi` on PATH, the copy in the user's cache, Pulumi's own installer, and a build from the Go
module proxy, which takes minutes and is for machines that reach package registries only.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from tempfile import mkdtemp

from semver import Version

from aicore_provider.cli.pulumi_cli import run
from aicore_provider.cli.supported import OLDEST_PULUMI, missing_companions, number, pulumi_objection
from sandbox import pulumi_from_go
from sandbox.console import Problem, duration, say
from sandbox.file_lock import exclusive

VERSION = Version.parse(pulumi_from_go.VERSION)
"""The version that is installed or built when no usable CLI is found."""

BY_HAND = (
    f"Install the Pulumi CLI {number(OLDEST_PULUMI)} or newer by hand (https://www.pulumi.com/docs/install/), "
    "see that `pulumi version` works, and run this again."
)

_DOWNLOAD_SITE = "https://get.pulumi.com/"
_TIMEOUT_S = 4.0


@dataclass(frozen=True)
class PulumiCli:
    """A usable CLI.

    Attributes:
        root: folder with `bin/pulumi`, as `PulumiCommand(root=...)` of the Automation API takes it.
        version: of the CLI.
    """

    root: Path
    version: Version

    @property
    def bin(self) -> Path:
        """The folder that must come first on PATH."""
        return self.root / "bin"

    @property
    def executable(self) -> Path:
        """The `pulumi` binary."""
        return self.bin / "pulumi"


def parse_version(text: str) -> Version | None:
    """Parse the output of `pulumi version`, such as `v3.259.0`; None when it is something else."""
    try:
        return Version.parse(text.strip().removeprefix("v"))
    except ValueError:
        return None


def objection(version: Version | None, missing: Sequence[str]) -> str | None:
    """Say why a CLI on PATH cannot be used; None when it can."""
    if why := pulumi_objection(str(version or "")):
        return f"version {version} {why}" if version else f"it {why}"
    if missing:
        return f"{', '.join(missing)} is neither beside it nor on PATH"
    return None


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder with this user's copies of the CLI."""
    named = Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    # The XDG specification: a relative path is to be ignored.
    base = named if named.is_absolute() else Path("~/.cache").expanduser()
    return base / "aicore-provider" / "pulumi"


def ensure() -> PulumiCli:
    """Return a usable CLI; install or build one if there is none.

    Raises:
        Problem: there is none, and none could be installed; the text says what to install by hand.
    """
    cache = cache_folder(os.environ)
    found = _on_path(cache) or _cached(cache)
    if found:
        return found
    with exclusive(cache / "lock", "Another process is getting the Pulumi CLI; waiting for it ..."):
        return _cached(cache) or _vendor_install(cache) or _build(cache)


def _on_path(cache: Path) -> PulumiCli | None:
    name = shutil.which("pulumi")
    if name is None:
        return None
    executable = Path(name).absolute()
    version = _version_of(executable)
    why_not = objection(version, missing_companions(executable, os.environ.get("PATH")))
    if why_not or version is None:
        say(f"Not using {executable}: {why_not}.")
        return None
    return PulumiCli(_root_of(executable, cache), version)


def _root_of(executable: Path, cache: Path) -> Path:
    """Return a folder whose `bin/pulumi` is `executable`, as the Automation API needs it."""
    folder = executable.parent
    if folder.name == "bin":
        return folder.parent
    # Version managers use folders of other names.
    root = cache / "elsewhere" / sha256(bytes(folder)).hexdigest()[:12]
    root.mkdir(parents=True, exist_ok=True)
    link = root / "bin"
    if not link.is_symlink():
        link.symlink_to(folder)
    return root


def _version_of(executable: Path) -> Version | None:
    answer = run([str(executable), "version"], Path.cwd(), timeout_s=30)
    return None if answer.failure else parse_version(answer.output)


def _cached(cache: Path) -> PulumiCli | None:
    root = cache / str(VERSION)
    if not (root / "bin" / "pulumi").exists():
        return None
    if _version_of(root / "bin" / "pulumi") != VERSION:
        say(f"The copy of the Pulumi CLI in {root} does not work; getting another one.")
        return None
    return PulumiCli(root, VERSION)


def _vendor_install(cache: Path) -> PulumiCli | None:
    if not _answers(_DOWNLOAD_SITE):
        say("Pulumi's download site does not answer from this machine, so its installer is not tried.")
        return None
    # Importing the SDK takes a while and is needed here only.
    from pulumi.automation import PulumiCommand

    def install(root: Path) -> None:
        PulumiCommand.install(root=str(root), version=VERSION)

    say(f"Downloading the Pulumi CLI {VERSION} with Pulumi's own installer: about a minute, once for this user ...")
    try:
        return into_cache(cache, install)
    except Exception as error:  # Whatever went wrong there, a build may still work.
        say(f"Pulumi's installer failed ({str(error).splitlines()[0] if str(error) else type(error).__name__}).")
        return None


def _answers(address: str) -> bool:
    """Whether a site answers within four seconds. Proxies of the environment are used."""
    answers: list[bool] = []

    def ask() -> None:
        try:
            request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - a constant https address
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310
                answers.append(True)
        except (OSError, HTTPException):
            answers.append(False)

    # In a thread that is not waited for any longer, since the look-up of a name has no time-out.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_TIMEOUT_S)
    return any(answers)


def _build(cache: Path) -> PulumiCli:
    try:
        pulumi_from_go.check_go()
        say(
            f"Building the Pulumi CLI {VERSION} from the Go module proxy: "
            "about 7 minutes on two cores, once for this user ..."
        )
        return into_cache(cache, pulumi_from_go.build)
    except pulumi_from_go.BuildFailed as failure:
        raise Problem(f"No Pulumi CLI: {failure}\n{BY_HAND}") from None


def into_cache(cache: Path, make: Callable[[Path], None]) -> PulumiCli:
    """Let `make` fill a folder, check the CLI in it, and move it into the cache. Needs the lock.

    Raises:
        pulumi_from_go.BuildFailed: the CLI in it does not work.
    """
    started = time.monotonic()
    with folder_for_making(cache) as making:
        made = making / "root"
        make(made)
        if _version_of(made / "bin" / "pulumi") != VERSION:
            raise pulumi_from_go.BuildFailed(f"what was made does not answer `pulumi version` with {VERSION}.")
        place = cache / str(VERSION)
        if place.exists():
            place.rename(making / "broken")
        made.rename(place)
    say(f"The Pulumi CLI {VERSION} is ready after {duration(time.monotonic() - started)}: {place / 'bin'}")
    return PulumiCli(place, VERSION)


@contextmanager
def folder_for_making(cache: Path) -> Iterator[Path]:
    """Give an empty folder in the cache, which is gone after the block; what a killed process left there goes as well.

    Needs the lock.
    """
    for left_over in cache.glob("making-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    making = Path(mkdtemp(prefix="making-", dir=cache))
    try:
        yield making
    finally:
        shutil.rmtree(making, ignore_errors=True)
