"""`python -m benchmarks [NAME ...]`: measures, prints tables, and writes the figures to `benchmarks/results/`."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from types import ModuleType

import benchmarks
from benchmarks import measuring
from benchmarks.selection import Selection


def found() -> dict[str, ModuleType]:
    """Return the modules of the benchmarks by name."""
    names = [each.name for each in pkgutil.iter_modules(benchmarks.__path__) if not each.name.startswith("_")]
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "measurements")}


def main() -> int:
    """Run the benchmarks that are named, or all. Returns 1 when a median is above its limit, else 0."""
    known = found()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and keep the figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(known)}; without: all of them")
    Selection.add_options(parser)
    options = parser.parse_args()
    selection, names = Selection.of(options), options.names or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    # A user's Python keeps what it has compiled; with this variable each command would compile this package again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    missed = False
    for name in names:
        title = (known[name].__doc__ or name).splitlines()[0]
        print(f"{title} ...", file=sys.stderr)
        kept_as = f"{name}-large" if selection.large and hasattr(known[name], "LARGE") else name
        measured = []
        for each in known[name].measurements(selection):
            measured.append(each)
            # After each, since a run can take hours.
            path = measuring.keep(kept_as, title, measured)
        if not measured:
            print(f"nothing of {name} is selected", file=sys.stderr)
            continue
        table = getattr(known[name], "table", measuring.table)
        print(f"{title}\n\n{table(measured)}\n\nkept in {path}\n")
        missed |= not all(each.keeps_limit for each in measured)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
