"""What a configuration wants, from its properties."""

from __future__ import annotations

from aicore_provider.catalog.wanted import Wanted
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.values import is_secret_parameter, is_unknown, secret_inputs, string_map, text
from aicore_provider.secret_text import SecretText


def wanted_model(name: str, properties: Properties) -> Wanted | None:
    """Return which model a configuration is for; None while a preview does not know all of it.

    The properties are inputs or outputs of an `AIConfiguration`, the name its logical one.
    """
    keys = ("scenario_id", "executable_id", "resource_group", "parameter_bindings")
    if any(is_unknown(properties.get(key)) for key in keys):
        return None
    secret = secret_inputs(properties)
    bindings = {
        each: SecretText(value) if is_secret_parameter(secret, each) else value
        for each, value in string_map(properties, "parameter_bindings").items()
    }
    return Wanted.from_parameters(
        name,
        text(properties, "resource_group"),
        text(properties, "scenario_id"),
        text(properties, "executable_id") or None,
        bindings,
    )
