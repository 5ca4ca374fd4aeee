"""The programs of `examples/languages` on the real engine, each with the SDK and the language host that it needs.

SDKs are generated for each test. What npm and Go download and compile is kept in their own caches.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from aicore_provider.plugin.schema import package_schema, plugin_version
from sandbox.console import Problem, last_lines
from sandbox.engine_stack import ROOT, EngineStack
from sandbox.environment import path_with
from sandbox.languages import GENERATED, HOSTS, ensure, generate_sdk
from sandbox.pulumi_cli import PulumiCli

EXAMPLES = ROOT / "examples" / "languages"
_PLUGIN = Path(sys.prefix) / "bin" / "pulumi-resource-aicore"
_TIMEOUT_S = 900.0

# The SDK is installed where the program is: so it needs no environment of its own.
_PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", ".")
_COMMANDS: Mapping[str, Sequence[Sequence[str]]] = {
    "yaml": (),
    "python": ((*_PIP, "./sdks/aicore"),),
    "typescript": (("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund"), ("npx", "tsc", "--noEmit")),
    "go": (("go", "vet", "-mod=readonly", "."), ("go", "build", "-mod=readonly", "-o", os.devnull, ".")),
}
"""What installs and checks the program of each language."""
_TOOLS = {"typescript": ("npm", "Node.js 20 or newer"), "go": ("go", "Go 1.25.11 or newer")}


def example_stack(language: str, folder: Path, cli: PulumiCli, environment: Mapping[str, str]) -> EngineStack:
    """Return a stack of `examples/languages/<language>`; see `stack_of`."""
    return stack_of(language, EXAMPLES / language, folder, cli, environment)


def stack_of(language: str, program: Path, folder: Path, cli: PulumiCli, environment: Mapping[str, str]) -> EngineStack:
    """Return a stack of a program, with everything installed, and checked by the compiler.

    Args:
        language: such as `typescript`.
        program: folder of the program, which is copied.
        folder: for the project; it may not exist yet.
        cli: to run it with.
        environment: of the program and the plugin, such as that of an emulator.

    Raises:
        Problem: a tool is missing, or a command of it fails.
    """
    hosts = [ensure(HOSTS[language], cli).parent] if language in HOSTS else []
    stack = EngineStack(folder, cli.root, {**environment, "PATH": path_with(hosts, os.environ["PATH"])})
    stack.copy_project(program)
    if language == "python":
        # In the environment of the tests, which has everything but the SDK.
        stack.project(runtime={"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}})
    stack.pulumi("plugin", "install", "resource", "aicore", plugin_version(), "--file", str(_PLUGIN))
    if language in GENERATED:
        schema = folder / "schema.json"
        schema.write_text(stack.pulumi("package", "get-schema", "aicore"))
        generate_sdk(language, schema, folder / "sdks" / "aicore", cli)
    for command in _COMMANDS[language]:
        _run(command, folder, language)
    return stack


def compile_programs(language: str, programs: Mapping[str, str], folder: Path, cli: PulumiCli) -> None:
    """Check programs with the compiler of their language, against the SDK that is generated for it.

    Args:
        language: one of `GENERATED`.
        programs: texts by names.
        folder: to work in; it may not exist yet.
        cli: beside which a generator of SDKs is looked for.

    Raises:
        Problem: a tool is missing, or finds something wrong.
    """
    shutil.copytree(EXAMPLES / language, folder)
    schema = folder / "schema.json"
    schema.write_text(json.dumps(package_schema()))
    generate_sdk(language, schema, folder / "sdks" / "aicore", cli)
    for old in (folder / "index.ts", folder / "main.go", folder / "__main__.py"):
        old.unlink(missing_ok=True)
    for name, text in programs.items():
        place = folder / _PLACES[language].format(name=name)
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    if language == "typescript":
        options = json.loads((folder / "tsconfig.json").read_text())
        del options["files"]
        (folder / "tsconfig.json").write_text(json.dumps({**options, "include": ["*.ts"]}))
    for command in _COMPILERS[language]:
        _run(command, folder, language)


_PLACES = {"typescript": "{name}.ts", "go": "{name}/main.go", "python": "{name}.py"}
# gofmt lists what it would change, and succeeds.
_GOFMT = (
    "sh",
    "-c",
    'wrong=$(find . -name main.go | xargs gofmt -d) && test -z "$wrong" || { echo "$wrong" >&2; exit 1; }',
)
_COMPILERS: Mapping[str, Sequence[Sequence[str]]] = {
    "typescript": _COMMANDS["typescript"],
    "go": (("go", "vet", "-mod=readonly", "./..."), _GOFMT),
    "python": (
        *_COMMANDS["python"],
        (sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--exclude", "sdks|pulumi_aicore", "."),
    ),
}
"""What checks programs of each language."""


def _run(command: Sequence[str], folder: Path, language: str) -> None:
    tool, how = _TOOLS.get(language, (command[0], ""))
    if shutil.which(tool) is None:
        raise Problem(f"There is no {tool} here; a program in {language} needs {how}.")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)
    if done.returncode:
        raise Problem(f"`{' '.join(command)}` failed:\n{last_lines(done.stderr or done.stdout, 12)}")


def program_of_the_page() -> str:
    """The project file in YAML, with its program, that docs/languages.md shows."""
    blocks = (ROOT / "docs" / "languages.md").read_text().split("```yaml\n")[1:]
    (program,) = (text.partition("```")[0] for text in blocks if "runtime: yaml" in text)
    return program
