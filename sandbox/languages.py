"""Finds or builds what Pulumi needs for programs in other languages: language hosts, and a generator of SDKs.

Only tests and examples of these languages need them, so `make up` builds none. A host beside the CLI is used, as
Pulumi's own releases have them; other ones are built from the Go module proxy once, and kept in the cache of the CLI.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from sandbox import pulumi_cli
from sandbox.console import Problem, duration, last_lines, say, show
from sandbox.file_lock import exclusive
from sandbox.pulumi_cli import PulumiCli, cache_folder, folder_for_making
from sandbox.pulumi_from_go import BuildFailed, GoCommand, build_command, check_go

HOSTS = {
    "yaml": GoCommand("pulumi-language-yaml", "yaml_host", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),
    "typescript": GoCommand(
        "pulumi-language-nodejs",
        "node_and_go_hosts",
        "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ),
    "go": GoCommand("pulumi-language-go", "node_and_go_hosts", "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go"),
}
"""The language host of each language; that of Python comes with the CLI."""

GENERATOR = GoCommand("gen-sdk", "gen_sdk", "aicore-gen-sdk")
"""Our command around Pulumi's generators of SDKs."""

GENERATED = {"typescript": "nodejs", "go": "go", "python": "python"}
"""What Pulumi's generators call the languages. A program in YAML needs no SDK."""

LANGUAGES = ("yaml", "python", "typescript", "go")


def ensure(command: GoCommand, cli: PulumiCli) -> Path:
    """Return the executable of a language host or of the generator; build it if there is none.

    Raises:
        Problem: it cannot be built; the text says what to install.
    """
    beside = cli.bin / command.name
    if beside.exists():
        return beside
    cache = cache_folder(os.environ)
    place = cache / "languages" / f"{command.name}-{command.digest}" / command.name
    if place.exists():
        return place
    with exclusive(cache / "lock", f"Another process is building a part of Pulumi; {command.name} comes next ..."):
        if not place.exists():
            _build(command, place, cache)
    return place


def generate_sdk(language: str, schema: Path, folder: Path, cli: PulumiCli) -> None:
    """Write the SDK of a package into a folder, as `pulumi package add` does.

    Args:
        language: one of `GENERATED`.
        schema: a package schema, a file with JSON.
        folder: to write into.
        cli: beside which a generator is looked for.

    Raises:
        Problem: there is no generator, or the schema is refused.
    """
    generator = ensure(GENERATOR, cli)
    command = [str(generator), GENERATED[language], str(schema), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"No SDK for {language} could be generated from {schema}:\n{last_lines(done.stderr, 6)}")


def _build(command: GoCommand, place: Path, cache: Path) -> None:
    started = time.monotonic()
    try:
        check_go()
        say(f"Building {command.name} from the Go module proxy: a minute or two, once for this user ...")
        with folder_for_making(cache) as making:
            folder = making / "bin"
            folder.mkdir()
            build_command(command, folder, started)
            place.parent.mkdir(parents=True, exist_ok=True)
            (folder / command.name).rename(place)
    except BuildFailed as failure:
        raise Problem(
            f"No {command.name}: {failure}\nInstall Go by hand (https://go.dev/doc/install), and run this again."
        ) from None
    say(f"{command.name} is ready after {duration(time.monotonic() - started)}: {place}")


def main() -> int:
    """Print the paths of what programs in some languages need; build what is missing. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.languages", description=main.__doc__)
    parser.add_argument("languages", nargs="+", choices=LANGUAGES)
    wanted = parser.parse_args().languages
    commands = [HOSTS[language] for language in wanted if language in HOSTS]
    commands += [GENERATOR] if any(language in GENERATED for language in wanted) else []
    try:
        cli = pulumi_cli.ensure()
        show("\n".join(str(ensure(command, cli)) for command in commands))
    except Problem as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
