"""YAML of others: what the parser takes and the rest of the program could not work with is no YAML here."""

from __future__ import annotations

from typing import Any

import yaml

from aicore_provider.json_document import require_shallow


def read_yaml(text: str) -> Any:
    """What the first document of a YAML text says, which is the one that Pulumi reads.

    Raises:
        yaml.YAMLError: it is no YAML.
        ValueError: a date, number or other value in it is none, or it is nested too deeply, or in itself.
    """
    try:
        document = next(yaml.safe_load_all(text), None)
    except yaml.YAMLError:
        raise
    except Exception as error:
        # The constructors of PyYAML let through what they run into: a KeyError for `!!bool x`, and several others.
        raise ValueError(f"a value cannot be read ({type(error).__name__})") from None
    require_shallow(document)
    return document
