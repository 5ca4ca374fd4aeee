"""`python -m benchmarks.page`: fills the page between its markers, and draws its plots."""

from __future__ import annotations

import sys

from benchmarks.page import tables
from benchmarks.page.filling import PAGE, filled
from benchmarks.page.goals import verdicts
from benchmarks.page.plots import draw
from benchmarks.page.results import read

PLOTS = PAGE.with_suffix("")


def main() -> int:
    """Bring the page up to the results that there are; the other parts stay as they are."""
    scale, large, peers, several = read("scale"), read("scale-large"), read("peers"), read("tenants")
    parts: dict[str, str] = {}
    if scale is not None:
        parts["goals"] = tables.goals(verdicts(scale, read("start_up")), scale.origin)
        parts["scale"] = tables.scale(scale)
        parts["requests"] = tables.requests(scale)
        parts["cpu"] = tables.cpu(scale)
        shown = draw(scale.rows, PLOTS)
        parts["plots"] = "\n\n".join(f"![{about}]({PLOTS.name}/{name})" for name, about in shown.items())
    if large is not None:
        parts["large"] = tables.scale(large)
    if several is not None:
        parts["tenants"] = tables.of_tenants(several)
    if peers is not None:
        parts["peers"] = tables.peers(peers)
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")
    print(f"{PAGE.name}: {', '.join(parts) or 'no results; run `make bench` first'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
