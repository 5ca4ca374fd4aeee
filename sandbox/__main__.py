"""The command line `python -m sandbox up|down|env|pulumi-path`, which the Makefile calls."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable

from aicore_provider.cli.failures import free_silently
from sandbox import emulator, pulumi_cli
from sandbox.console import Problem, say, show
from sandbox.environment import export_lines, for_pulumi, sandbox_variables
from sandbox.file_lock import exclusive
from sandbox.layout import Layout, here
from sandbox.stack import Stack, deployment_lines
from sandbox.stack_state import cut_state, other_stacks, stack_exists

_INTERRUPTED = 130
_KILLED = 128 + signal.SIGKILL


def up(layout: Layout) -> int:
    """Bring the sandbox up, and print its deployments. Returns the exit code."""
    stack, _ = _prepared(layout)
    stack.free_of_dead_locks()
    say(f"Running pulumi up on stack sandbox with the Pulumi CLI {stack.cli.version}.")
    code = stack.up()
    if code:
        say(after_failed_up(layout, code))
        return code
    show("\n".join(["Deployments of the sandbox:", *(deployment_lines(stack.outputs()) or ["  none"])]))
    say('Use pulumi on it directly:  eval "$(make -s sandbox-env)"     Take it down:  make down')
    return 0


def after_failed_up(layout: Layout, code: int) -> str:
    """Return what to do after a `pulumi up` that ended with this exit code."""
    if cut := cut_state(layout.backend):
        return (
            f"A kill has cut the state of the sandbox. Put its copy back, and run `make up` again:\n"
            f"  cp {shlex.quote(f'{cut}.bak')} {shlex.quote(str(cut))}"
        )
    if code == _KILLED:
        # What Pulumi was printing has no line end.
        return "\nPulumi was killed. Run `make up` again: it removes the lock that is left, and goes on."
    return (
        "pulumi up did not succeed. Correct what it names in stacks/Pulumi.sandbox.yaml, if anything, and run\n"
        f"`make up` again: it goes on. The emulator's log: {layout.emulator_log}"
    )


def down(layout: Layout) -> int:
    """Take the sandbox down with its folder; keep everything where a stack keeps resources. Returns the exit code."""
    if not layout.folder.exists():
        say("There is no sandbox here; nothing to take down.")
        return 0
    if others := other_stacks(layout.backend):
        say(
            f"The sandbox also holds what other stacks have made: {', '.join(others)}.\n"
            'Destroy them first:  eval "$(make -s sandbox-env)"; pulumi destroy --stack NAME\n'
            f"To throw everything away as it is, all of it local: {_removal(layout)}"
        )
        return 1
    if stack_exists(layout.backend):
        stack, _ = _prepared(layout)
        stack.free_of_dead_locks()
        code = stack.destroy()
        if code:
            say(
                "pulumi destroy did not succeed, so the sandbox was kept; `make down` tries again.\n"
                f"To throw it away as it is, all of it local: {_removal(layout)}"
            )
            return code
        stack.remove()
    emulator.stop(layout)
    shutil.rmtree(layout.folder)
    say("The sandbox is gone: stack, emulator and its data.")
    return 0


def env(layout: Layout) -> int:
    """Print `export` lines that make a shell work on the sandbox. Returns the exit code."""
    stack, variables = _prepared(layout)
    show("\n".join(export_lines(os.environ, variables, (layout.environment_bin, stack.cli.bin))))
    return 0


def pulumi_path(_layout: Layout) -> int:
    """Print the path of the Pulumi CLI. Returns the exit code."""
    show(str(pulumi_cli.ensure().executable))
    return 0


def _prepared(layout: Layout) -> tuple[Stack, dict[str, str]]:
    """Return the selected stack and the sandbox's variables, with CLI and emulator in place."""
    cli = pulumi_cli.ensure()
    variables = sandbox_variables(layout, emulator.ensure_running(layout), os.environ)
    stack = Stack(layout, cli, for_pulumi(os.environ, variables, (layout.environment_bin, cli.bin)))
    stack.select()
    return stack, variables


def _removal(layout: Layout) -> str:
    pid = emulator.running_pid(layout)
    return f"{'' if pid is None else f'kill {pid}; '}rm -rf {layout.folder.name}"


COMMANDS: dict[str, Callable[[Layout], int]] = {"up": up, "down": down, "env": env, "pulumi-path": pulumi_path}


def main() -> int:
    """Run one command and return its exit code; 1 after a problem, which is printed without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The sandbox behind the Makefile.")
    parser.add_argument("command", choices=COMMANDS)
    name = parser.parse_args().command
    layout = here()
    try:
        if name == "pulumi-path":
            return COMMANDS[name](layout)
        with exclusive(layout.lock, "Another command is at work on this sandbox; waiting for it ..."):
            return COMMANDS[name](layout)
    except Problem as problem:
        say(str(problem))
        return 1
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        say(f"The sandbox cannot use its files:{where}: {error.strerror or error}.")
        return 1
    except KeyboardInterrupt:
        free_silently()
        say("Interrupted. Run the same command again to go on.")
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
