"""`aicore-provider emulator`: a local AI Core in the foreground."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click

from aicore_provider.cli.console import say, say_document, warn
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option
from aicore_provider.json_document import read_json


def _all_named(_context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(names):
        raise click.BadParameter("a tenant needs a name")
    return names


def _without_brackets(_context: click.Context, _parameter: click.Parameter, host: str) -> str:
    """An IPv6 address may be written as in a URL."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


@command(
    exit_codes={0: "Ended with Ctrl-C, or by SIGTERM.", 130: ""},
    examples=(
        Example("Always at the same address", "aicore-provider emulator --port 9876"),
        Example("With everything kept over restarts", "aicore-provider emulator --port 9876 --state emulator.db"),
        Example("For a script: address and variables as JSON", "aicore-provider emulator --json"),
    ),
)
@click.option(
    "--port",
    metavar="NUMBER",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    callback=_without_brackets,
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0, everybody's, is for containers.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="One more name under which clients reach it, such as that of a container. May be repeated.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep everything in this file over restarts; without it everything is in memory.",
)
@click.option(
    "--transition-seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    help="From create or change to RUNNING.",
)
@click.option(
    "--faults",
    "faults_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON list of faults to begin with.",
)
@click.option(
    "--pace",
    "pace_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON object with a clock for each transition.",
)
@click.option(
    "--tenant",
    "tenants",
    metavar="NAME",
    multiple=True,
    callback=_all_named,
    help="One more tenant, a world of its own; NAME is its client id and its secret. May be repeated.",
)
@click.option(
    "--default-orchestration",
    is_flag=True,
    help='Begin with the running orchestration deployment that SAP puts into the resource group "default".',
)
@click.option("--verbose", is_flag=True, help="A line on stderr for each request.")
@json_option
def emulator(host: str, faults_file: Path | None, pace_file: Path | None, as_json: bool, **settings: Any) -> None:
    """Run a local AI Core in the foreground, with its token endpoint, until Ctrl-C.

    The first line on stdout tells the address. Client id and secret are both "emulator". With --json an object on
    stdout tells the address and the variables with which programs and commands find it.
    """
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    # Before the imports, which take a moment: Ctrl-C may come while they run.
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    from aicore_provider.emulator import CannotListen, Emulator, InvalidFaults, InvalidPace, StateFileError

    try:
        faults = [] if faults_file is None else _read(faults_file)
        pace = None if pace_file is None else _read(pace_file)
        with Emulator.running(host=host, faults=faults, pace=pace, **settings) as started:
            if as_json:
                say_document(service=started.url, environment=started.environment())
            else:
                say(f"AI Core emulator listening on {started.url}")
            if not started.is_local:
                warn(f"other machines can reach {host} and do everything, without being asked who they are.")
            ended.wait()
    except InvalidFaults as error:
        raise click.ClickException(f"{faults_file}: {error}") from None
    except InvalidPace as error:
        raise click.ClickException(f"{pace_file}: {error}") from None
    except CannotListen as error:
        raise click.ClickException(
            f"{error}\nChoose another port with --port, or another address with --host."
        ) from None
    except StateFileError as error:
        raise click.ClickException(str(error)) from None


def _read(path: Path) -> Any:
    try:
        return read_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path}: {error}") from None
