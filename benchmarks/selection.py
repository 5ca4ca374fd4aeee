"""`Selection`: what of a benchmark is run, as the command line says."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from benchmarks.costs import Setting


@dataclass(frozen=True)
class Selection:
    """What is run of the benchmarks of many deployments. Empty tuples and None leave everything as it is planned.

    Attributes:
        deployments: only settings with these numbers of deployments.
        latencies_ms: only settings with these latencies, in milliseconds.
        running_s: only settings with these seconds to RUNNING.
        lives: so many instead of those that are planned.
        looks: so many in each life instead of those that are planned.
        large: settings with a thousand deployments, instead of the others.
    """

    deployments: tuple[int, ...] = ()
    latencies_ms: tuple[int, ...] = ()
    running_s: tuple[float, ...] = ()
    lives: int | None = None
    looks: int | None = None
    large: bool = False

    def has(self, setting: Setting) -> bool:
        """Whether a setting is run."""
        return (
            (not self.deployments or setting.deployments in self.deployments)
            and (not self.latencies_ms or round(1000 * setting.latency_s) in self.latencies_ms)
            and (not self.running_s or setting.running_s in self.running_s)
        )

    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Add the options that `of` reads."""
        only = parser.add_argument_group("what is run of scale, tenants and peers")
        only.add_argument("--deployments", type=int, nargs="+", default=(), metavar="N", help="only so many")
        only.add_argument("--latency", type=int, nargs="+", default=(), metavar="MS", help="only with these latencies")
        only.add_argument(
            "--running", type=float, nargs="+", default=(), metavar="S", help="only these times to RUNNING"
        )
        only.add_argument("--lives", type=int, metavar="N", help="create, switch and destroy everything so often")
        only.add_argument("--looks", type=int, metavar="N", help="run preview and up so often in each life")
        only.add_argument("--large", action="store_true", help="a thousand deployments, which takes an hour or more")

    @classmethod
    def of(cls, options: argparse.Namespace) -> Selection:
        """Return what these options say."""
        return cls(
            tuple(options.deployments),
            tuple(options.latency),
            tuple(options.running),
            options.lives,
            options.looks,
            options.large,
        )
