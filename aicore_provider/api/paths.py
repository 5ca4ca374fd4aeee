"""Paths below `/v2`. Ids come from programs, states and answers, and must not change the path."""

from __future__ import annotations

from urllib.parse import quote

from aicore_provider.api.errors import AICoreError

_NOT_IN_AN_ID = frozenset("/\\%?# ")
_LONGEST_ID = 256


def is_id(text: str) -> bool:
    """Whether a text can be one segment of a path.

    More is accepted than by the contract's patterns, which may change.
    """
    return (
        0 < len(text) <= _LONGEST_ID
        and text.isprintable()
        and not _NOT_IN_AN_ID & set(text)
        and text not in (".", "..")
    )


def path_to(collection: str, id_: str) -> str:
    """Return the path of one object, such as `/lm/deployments/d1a2b3c4`.

    Raises:
        AICoreError: the id would change the path.
    """
    if not is_id(id_):
        raise AICoreError(
            f"{id_[:_LONGEST_ID]!r} can be no id in {collection}; nothing was sent.\n"
            "See where it comes from: the program, the stack's state, or an answer of the service."
        )
    return f"{collection}/{quote(id_, safe='')}"
