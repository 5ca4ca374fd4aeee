"""`--help` is quick, and a missing library is one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "", **environment},
        timeout=30,
        check=False,
    )


def test_help_imports_nothing_that_takes_long() -> None:
    ended = python(
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from aicore_provider.cli.commands import aicore_provider\n"
        "for command in ([], *([name] for name in aicore_provider.commands)):\n"
        "    assert CliRunner().invoke(aicore_provider, [*command, '--help']).exit_code == 0, command\n"
        "sys.exit(', '.join({'pulumi', 'requests', 'pydantic', 'rich', 'yaml'} & set(sys.modules)) or 0)\n"
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_without_rich_there_is_one_line_that_says_what_to_install() -> None:
    ended = python(
        "import sys; sys.modules['rich'] = None\n"
        "from aicore_provider.cli import main; sys.argv[1:] = ['deployments']; main()",
        AICORE_BASE_URL="https://api.example.com",
        AICORE_AUTH_URL="https://auth.example.com",
        AICORE_CLIENT_ID="client",
        AICORE_CLIENT_SECRET="secret",
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1] == "Error: rich is missing; pip install 'aicore-provider[cli]'"


def test_every_help_text_is_whole() -> None:
    ended = python(
        "from click.testing import CliRunner\n"
        "from aicore_provider.cli.commands import aicore_provider\n"
        "for name in aicore_provider.commands:\n"
        "    print(CliRunner().invoke(aicore_provider, [name, '--help']).stdout)\n"
    )
    assert ended.returncode == 0
    for text in ended.stdout.split("Usage: ")[1:]:
        words = text.partition("\n\n")[2].partition("\nOptions:")[0]
        assert not [line for line in words.split("\n") if "   " in line.strip()], words
