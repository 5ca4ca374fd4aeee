"""The emulated tenants.

Each has its own objects and its own client id. With its token, nothing of another tenant can be seen or changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

FIRST = "emulator"
"""Client id and secret of the first tenant, which always exists."""


@dataclass(frozen=True)
class Tenant:
    """A tenant's identity.

    Attributes:
        id: the claim `zid` of its tokens.
        client_id: of its only client.
        client_secret: of that client. It is public.
    """

    id: str
    client_id: str
    client_secret: str = field(repr=False)


def named_tenants(first_id: str, names: Sequence[str]) -> list[Tenant]:
    """The first tenant, and one for each other name, whose client id and secret are that name.

    Raises:
        ValueError: a name is empty. Clients without credentials would be that tenant.
    """
    if not all(names):
        raise ValueError("a tenant needs a name")
    others = [
        Tenant(str(uuid.uuid5(uuid.NAMESPACE_URL, f"aicore-emulator:{name}")), name, name)
        for name in dict.fromkeys(names)
        if name != FIRST
    ]
    return [Tenant(first_id, FIRST, FIRST), *others]
