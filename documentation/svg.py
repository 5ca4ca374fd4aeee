"""Small pictures as SVG: boxes with text, and arrows. Each has a ground, so that it can be read on any page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

Tone = Literal["plain", "request", "done", "failed"]
"""What a box means; the text in it says the same."""

_STYLE = """\
.ground { fill: #ffffff; stroke: #c9cdd6; }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1c2230; }
.strong { font-weight: 600; }
.small { font-size: 12px; }
.line { fill: none; stroke: #5a6478; stroke-width: 1.5; }
.faint { fill: none; stroke: #a4abb9; stroke-width: 1; stroke-dasharray: 4 4; }
.head { fill: #5a6478; }
.plain { fill: #f1f3f7; stroke: #8790a3; }
.request { fill: #e3edff; stroke: #2f62c4; }
.done { fill: #e0f4e5; stroke: #2c7a42; }
.failed { fill: #fde8e4; stroke: #b3402b; }
@media (prefers-color-scheme: dark) {
  .ground { fill: #1d212b; stroke: #3d4454; }
  text { fill: #e8ebf2; }
  .line { stroke: #a4abb9; }
  .faint { stroke: #6c7689; }
  .head { fill: #a4abb9; }
  .plain { fill: #2a303d; stroke: #8790a3; }
  .request { fill: #1d3157; stroke: #7aa5f5; }
  .done { fill: #1c3a26; stroke: #6cc288; }
  .failed { fill: #4a231c; stroke: #ef9482; }
}"""
_LINE = 17.0


def picture(title: str, description: str, width: float, height: float, parts: Iterable[str]) -> str:
    """Return a picture; screen readers tell its title and description."""
    body = "\n".join(parts)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" \
role="img" aria-labelledby="title description">
<title id="title">{escape(title)}</title>
<desc id="description">{escape(description)}</desc>
<style>
{_STYLE}
</style>
<rect class="ground" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8"/>
{body}
</svg>
"""


def box(x: float, y: float, width: float, height: float, lines: Sequence[str], tone: Tone = "plain") -> str:
    """Return a box with lines in its middle, the first one in bold where there are several."""
    first_y = y + height / 2 - (len(lines) - 1) * _LINE / 2 + 4.5
    parts = [f'<rect class="{tone}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5"/>']
    for number, line in enumerate(lines):
        is_strong = number == 0 and len(lines) > 1
        parts.append(text(x + width / 2, first_y + number * _LINE, line, anchor="middle", strong=is_strong))
    return "\n".join(parts)


def text(x: float, y: float, words: str, *, anchor: str = "start", strong: bool = False, small: bool = False) -> str:
    """Return one line of text; `y` is its base line."""
    names = " ".join(name for name, wanted in (("strong", strong), ("small", small)) if wanted)
    attribute = f' class="{names}"' if names else ""
    return f'<text{attribute} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def line(points: Sequence[tuple[float, float]], name: str = "line") -> str:
    """Return a line through these points."""
    return f'<path class="{name}" d="M{" L".join(f"{x:g} {y:g}" for x, y in points)}"/>'


def arrow(*points: tuple[float, float]) -> str:
    """Return a line through these points, with a head at the last one; the last part is horizontal or vertical."""
    (x0, y0), (x, y) = points[-2:]
    dx, dy = _sign(x - x0), _sign(y - y0)
    left = (x - 7 * dx - 4 * dy, y - 7 * dy - 4 * dx)
    right = (x - 7 * dx + 4 * dy, y - 7 * dy + 4 * dx)
    corners = " ".join(f"{each[0]:g},{each[1]:g}" for each in ((x, y), left, right))
    return f'{line([*points[:-1], (x - 4 * dx, y - 4 * dy)])}\n<polygon class="head" points="{corners}"/>'


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
