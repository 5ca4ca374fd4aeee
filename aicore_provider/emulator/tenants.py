"""Who the emulated tenants are.

Each has its own objects and its own client id. With its token, nothing of another tenant can be seen or changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

FIRST = "emulator"
"""Client id and secret of the tenant that is always there."""


@dataclass(frozen=True)
class Tenant:
    """A tenant's identity.

    Attributes:
        id: what its tokens say in `zid`.
        client_id: of its one client.
        client_secret: of that client; it protects nothing.
    """

    id: str
    client_id: str
    client_secret: str = field(repr=False)


def named_tenants(first_id: str, names: Sequence[str]) -> list[Tenant]:
    """The tenant of client `emulator`, and one for each other name, whose client id and secret are that name.

    Raises:
        ValueError: a name is empty, and would be the one of clients without credentials.
    """
    if not all(names):
        raise ValueError("a tenant needs a name")
    others = [
        Tenant(str(uuid.uuid5(uuid.NAMESPACE_URL, f"aicore-emulator:{name}")), name, name)
        for name in dict.fromkeys(names)
        if name != FIRST
    ]
    return [Tenant(first_id, FIRST, FIRST), *others]
