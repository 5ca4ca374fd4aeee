"""What a person sees when a command fails: the error's text, no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Show every error of the product by its text, which is made for people.

    Raises:
        click.ClickException: in place of an `AICoreError`.
    """
    from aicore_provider.api.errors import AICoreError

    try:
        yield
    except AICoreError as error:
        raise click.ClickException(str(error)) from None


def missing_library(error: ModuleNotFoundError, *libraries: str, extra: str) -> click.ClickException:
    """The one line that names what to install when a library of an extra is missing.

    Args:
        error: what the import raised; raised again when it is about anything but `libraries`.
        libraries: the import names that the extra brings.
        extra: the package's extra, such as `cli`.
    """
    library = (error.name or "").partition(".")[0]
    if library not in libraries:
        raise error
    return click.ClickException(f"{library} is missing; pip install 'aicore-provider[{extra}]'")
