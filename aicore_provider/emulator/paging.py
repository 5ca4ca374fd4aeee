"""Paging of resource groups by continuation: `Prefer: maxpagesize`, a `Link` to the next page, and its token [spec].

A token has all that is needed for the next page, so nothing is kept between two pages. It names the last group of a
page by its place in the order of creation, so that groups which are created or deleted meanwhile do not shift the next
page.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

from pydantic import TypeAdapter, ValidationError

from aicore_provider.emulator.errors import GONE, ServiceRefusal
from aicore_provider.emulator.records import ResourceGroup

LIFETIME_S = 600.0
"""Of a token. The contract says five to fifteen minutes."""

_MAX_PAGE_SIZE = re.compile(r"(?:^|[,;\s])maxpagesize\s*=\s*\"?([0-9]{1,9})\"?(?:$|[,;\s])", re.IGNORECASE)


@dataclass(frozen=True)
class Continuation:
    """Where the next page begins.

    Attributes:
        size: the most resource groups on a page.
        created_at: of the last group on the previous page.
        id: of that group. Groups are ordered by both.
        issued_at: when that page was sent.
    """

    size: int
    created_at: float
    id: str
    issued_at: float

    def token(self) -> str:
        """The token that a client sends for the next page."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()


_READER = TypeAdapter(Continuation)


def read_token(token: str, now: float) -> Continuation:
    """Read a token.

    Raises:
        ServiceRefusal: 410, for a token that was never issued or is too old.
    """
    try:
        found = _READER.validate_json(base64.urlsafe_b64decode(token.encode("ascii")))
    except (ValueError, ValidationError):
        raise ServiceRefusal(HTTPStatus.GONE, GONE, "continueToken: unknown; begin again without it") from None
    if now >= found.issued_at + LIFETIME_S:
        raise ServiceRefusal(HTTPStatus.GONE, GONE, "continueToken: expired; begin again without it")
    return found


def page_size(prefer: str | None) -> int | None:
    """`maxpagesize` of a header `Prefer`; None without a valid one, since unknown preferences are ignored."""
    found = _MAX_PAGE_SIZE.search(prefer or "")
    return int(found[1]) or None if found else None


def page(
    groups: Sequence[ResourceGroup], before: Continuation | None, size: int | None, now: float
) -> tuple[list[ResourceGroup], Continuation | None]:
    """One page, and where the next one begins; None when this is the last.

    Args:
        groups: all there are, unfiltered.
        before: where this page begins; None for the first one.
        size: the most resource groups on a page; None: as on the previous page, or all.
        now: the time.
    """
    ordered = sorted(groups, key=lambda group: (group.created_at, group.id))
    if before is not None:
        ordered = [group for group in ordered if (group.created_at, group.id) > (before.created_at, before.id)]
        size = size or before.size
    if size is None or len(ordered) <= size:
        return ordered, None
    last = ordered[size - 1]
    return ordered[:size], Continuation(size, last.created_at, last.id, now)
