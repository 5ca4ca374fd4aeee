"""Texts that are secret: they compare as what they are, and are formatted as `[secret]`."""

from __future__ import annotations

from typing import Any

SECRET = "[secret]"  # noqa: S105  (what Pulumi shows in place of a secret)


class SecretText(str):
    """A text that no message may show.

    It compares, hashes and matches as the text that it holds. `str`, `repr` and every format of it are `[secret]`.
    `reveal()` returns the text itself.
    """

    __slots__ = ()

    def reveal(self) -> str:
        """Return the text itself."""
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
    """A secret that is encrypted in a file and was not decrypted. Its text is `[secret]` as well and means nothing."""

    __slots__ = ()

    def __new__(cls) -> UnreadText:
        """Make one; all are equal."""
        return super().__new__(cls, SECRET)

    def __reduce__(self) -> Any:
        return UnreadText, ()


def revealed(text: str) -> str:
    """Return the text itself, whether it is a `SecretText` or not."""
    return text.reveal() if isinstance(text, SecretText) else text
