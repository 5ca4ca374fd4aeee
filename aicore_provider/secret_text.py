"""A text that is secret and known: worked with as what it is, and put into words as `[secret]`."""

from __future__ import annotations

from typing import Any

SECRET = "[secret]"  # noqa: S105  (what Pulumi shows in place of a secret)


class SecretText(str):
    """A text that no message may show.

    It equals and matches as the text that it holds; `str`, `repr` and every format of it are `[secret]`. Whoever hands
    the text on takes `reveal()`.
    """

    __slots__ = ()

    def reveal(self) -> str:
        """The text itself."""
        return str.__str__(self)

    def __str__(self) -> str:
        return SECRET

    def __repr__(self) -> str:
        return SECRET

    def __format__(self, _spec: str) -> str:
        return SECRET

    def __reduce__(self) -> Any:
        return SecretText, (self.reveal(),)


class UnreadText(SecretText):
    """A secret that nobody can read here: it stands encrypted in a file. It holds nothing that means anything."""

    __slots__ = ()

    def __new__(cls) -> UnreadText:
        """One like the other."""
        return super().__new__(cls, SECRET)

    def __reduce__(self) -> Any:
        return UnreadText, ()


def revealed(text: str) -> str:
    """The text to work with outside of this program, secret or not."""
    return text.reveal() if isinstance(text, SecretText) else text
