"""What all commands share: the form of their help, exit codes, colours, failures and completion."""

from __future__ import annotations

import os
import sys
from collections import UserDict
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, suppress
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

import click

from aicore_provider.cli.colours import NO_COLOR, colours
from aicore_provider.cli.failures import end, tell_failure

PROGRAM = "aicore-provider"
COMPLETION_VARIABLE = "_AICORE_PROVIDER_COMPLETE"
"""Set by the completion script of a shell when it asks what could come next."""

EXIT_CODES: Mapping[int, str] = {
    0: "Done.",
    1: "An error, told on stderr.",
    2: "Options or arguments that cannot be.",
    130: "Ended with Ctrl-C.",
}


class Example(NamedTuple):
    """A command line in a help text, and what it is for."""

    purpose: str
    line: str


class _Formatter(click.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{click.style(f'{heading}:', bold=True)}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Helped(click.Command):
    """A command whose help ends with its exit codes and examples."""

    context_class = _Context

    def __init__(
        self, *args: Any, examples: Sequence[Example] = (), exit_codes: Mapping[int, str] | None = None, **settings: Any
    ) -> None:
        """Keep what click's commands do not have; `exit_codes` say what else one means, or "" for never."""
        super().__init__(*args, **settings)
        self.examples = tuple(examples)
        told = {**EXIT_CODES, **(exit_codes or {})}
        self.exit_codes = {code: meaning for code, meaning in told.items() if meaning}
        no_color = click.Option([NO_COLOR], is_flag=True, expose_value=False, help="No colours.  [also: NO_COLOR]")
        self.params.append(no_color)

    def format_epilog(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write exit codes and examples."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in self.exit_codes.items()])
        with formatter.section("Examples"):
            # Not wrapped: a copy of a line is to be a command.
            formatter.write("\n".join(f"  # {each.purpose}\n  {each.line}\n" for each in self.examples))


class Command(_Helped):
    """A single command."""


command = partial(click.command, cls=Command)
"""The decorator that makes a function a `Command`."""


class Entry(NamedTuple):
    """Where a command is defined, as `module:attribute`, and what it does, in the list of all commands."""

    place: str
    short_help: str


class _Lazily(UserDict[str, Any]):
    """Commands by name. The module of one is imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        found = self.data[name]
        if isinstance(found, Entry):
            module, _, attribute = found.place.partition(":")
            found = self.data[name] = getattr(import_module(module), attribute)
        return found  # type: ignore[no-any-return]


class Commands(_Helped, click.Group):
    """A group of commands, every failure of which ends as a text and an exit code."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **settings: Any) -> None:
        """Keep the commands that are known by their entries alone, until one is used."""
        super().__init__(*args, commands=_Lazily(entries), **settings)
        self.entries = entries

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, in full, without a look into its module."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.short_help) for name, each in sorted(self.entries.items())])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the complaint about one that does not exist names the nearest."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not context.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name.lower(), self.commands, 1)
            advice = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"There is no command {name}.{advice}", context)
        return super().resolve_command(context, args)

    def main(self, args: Sequence[str] | None = None, *_others: Any, **extra: Any) -> NoReturn:
        """Run a command and end the process, as click does."""
        if instruction := os.environ.get(COMPLETION_VARIABLE):
            sys.exit(self._complete(instruction))
        arguments = sys.argv[1:] if args is None else list(args)
        colour = colours(arguments, os.environ)
        settings = {**extra, "prog_name": PROGRAM, "standalone_mode": False, "color": colour}
        try:
            code = super().main(arguments, **settings)
        except BaseException as error:
            code = tell_failure(error, colour)
        end(code or 0)

    def _complete(self, instruction: str) -> int:
        """Answer the completion script of a shell. Whatever fails, it prints nothing that the user would see."""
        from click.shell_completion import shell_complete

        ignored = suppress(Exception, KeyboardInterrupt)
        with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere), ignored:  # noqa: PTH123
            return shell_complete(self, {}, PROGRAM, COMPLETION_VARIABLE, instruction)
        return 1
