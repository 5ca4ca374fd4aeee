"""Takes out of a text what would control the terminal that shows it.

A text of a service, a log or a file may hold escape sequences that set colours or the title of the window or move the
cursor to write over other lines, and characters that reverse the direction of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FINAL = "[ -/]*[0-~]"
_UNWANTED = re.compile(
    rf"""
      (?:\x1b\[|\x9b) [0-?]*[ -/]*[@-~]                        # CSI: colours, the cursor
    | (?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])                     # DCS, SOS, OSC, PM, APC: titles, links, the clipboard;
      (?:[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c))?          # to their end, or they would hide what follows
    | \x1b(?:{_FINAL})?                                        # other escapes
    | [\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]                   # other controls
    | [\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]           # directions: they turn our own words around as well
    | [\u00ad\u200b\u2060-\u2065\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]  # invisible: a name copied would be another
    """,
    re.VERBOSE,
)
_SPACES = re.compile("[\t\x0b\x0c\r\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def unwanted(text: str) -> Iterator[tuple[int, int]]:
    """Return begin and end of everything that `printable` removes from a text."""
    return (each.span() for each in _UNWANTED.finditer(text))


def printable(text: str) -> str:
    """Return the text without controls, escape sequences, and characters that are invisible or set directions.

    Line ends stay, and other white space becomes a space. Joiners stay, since some scripts and emoji need them.
    Surrogates without their other half, which cannot be encoded, become U+FFFD.
    """
    without = _UNWANTED.sub("", text.replace("\r\n", "\n"))
    return _SURROGATES.sub("\ufffd", _SPACES.sub(" ", without))
