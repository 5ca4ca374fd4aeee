"""The page of the commands, made from what the command line says of itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.cli.frame import EXIT_CODES, PROGRAM, Command

_INTRODUCTION = f"""\
# Commands

<!-- Made by `make docs-pages`. Change the texts in aicore_provider/cli/. -->

`{PROGRAM}` comes with the extra `cli` of the package: [get the package](own-repository.md#get-the-package). Its help
tells the same as this page: `{PROGRAM} COMMAND --help`.

What you asked for is printed on stdout. Everything else is printed on stderr: a first line that says which service,
resource group and stack the command is about, warnings, progress and errors.
"""
_COLOURS = """\
## Colours

Colours are for a terminal. `--no-color`, with any command, or the variable `NO_COLOR` takes them away; `FORCE_COLOR`
keeps them where there is no terminal. An empty variable has no effect. Where one of these takes colours away and
another keeps them, there are none.
"""
_PROGRESS = """\
## Progress

What takes longer than a second shows on stderr what is being waited for. A terminal has one line, which goes away.
Elsewhere, such as in CI, a line is printed after ten seconds and then once a minute.
"""
_COMPLETION = """\
## Names that the shell completes

[`aicore-provider completion`](#completion) prints the script for a shell. Put one line into the file that your shell
reads when it starts:

| Shell | File | Line |
| --- | --- | --- |
| bash 4.4 or newer | `~/.bashrc` | `eval "$(aicore-provider completion bash)"` |
| zsh | `~/.zshrc`, after `compinit` | `eval "$(aicore-provider completion zsh)"` |
| fish | `~/.config/fish/config.fish` | `aicore-provider completion fish \\| source` |

Then Tab completes commands, options, files, and these names:

| What | From where |
| --- | --- |
| stacks | the stack files of the project |
| resource groups | the stack file, and the service |
| models, executables, capabilities | the service, for the resource group that the command would use |
| deployments | the service; zsh and fish show the model and the status of each |

The service is asked only where the environment has credentials; those of a stack are not decrypted for this. All
requests together have a second and a half. What is not known by then is not offered.
"""


def page() -> str:
    """Return the page."""
    commands = sorted(aicore_provider.commands.items())
    listed = "".join(f"| [`{name}`](#{name}) | {aicore_provider.entries[name].short_help} |\n" for name, _ in commands)
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    exits = (
        "## Exit codes\n\n"
        f"| Code | Meaning |\n| --- | --- |\n{codes}\n"
        "Some commands say more about one of them; it stands at the command.\n"
    )
    parts = [
        f"{_INTRODUCTION}\n| Command | What it does |\n| --- | --- |\n{listed}",
        exits,
        _COLOURS,
        _PROGRESS,
        _COMPLETION,
        *("".join(_section(name, command)) for name, command in commands),
    ]
    return "\n".join(parts)


def _section(name: str, command: click.Command) -> Iterator[str]:
    if not isinstance(command, Command):
        raise TypeError(f"{name} has no exit codes and examples")
    yield f"## {name}\n\n"
    context = click.Context(command, help_option_names=["-h", "--help"])
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\n{PROGRAM} {name} {usage}\n```\n\n"
    yield f"{_prose(inspect.cleandoc(command.help or ''))}\n\n"
    yield "| Option | Meaning |\n| --- | --- |\n"
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option):
            option, told = record
            yield f"| `{_in_table(option)}` | {_in_table(told)} |\n"
    told_here = {code: meaning for code, meaning in command.exit_codes.items() if EXIT_CODES[code] != meaning}
    if told_here:
        yield "\nExit codes:\n\n"
        yield "".join(f"- {code}: {_prose(meaning)}\n" for code, meaning in told_here.items())
    yield "\n```sh\n"
    yield "\n".join(f"# {each.purpose}\n{each.line}\n" for each in command.examples)
    yield "```\n"


def _prose(text: str) -> str:
    """Return a help text as Markdown: options as code."""
    in_code, option = r"`[^`]*`", r"(?<![\w-])--[a-z-]+"
    return re.sub(f"{in_code}|{option}", lambda found: found[0] if found[0][0] == "`" else f"`{found[0]}`", text)


def _in_table(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
