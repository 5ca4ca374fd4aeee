"""Loads the configuration of the stack for which a program runs."""

from __future__ import annotations

import os

import pulumi

from aicore_provider.dynamic.program import ends_in_words
from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText
from aicore_provider.stack import model
from aicore_provider.stack.complaints import ConfigError
from aicore_provider.stack.file import written_values
from aicore_provider.stack.project import PROJECT
from aicore_provider.stack.values import decrypted, from_texts
from aicore_provider.terminal import printable

_OBJECTS = (*model.SECTIONS, "retirement", "versions")


class StackConfig(model.StackConfig):
    """The `aicore:*` keys of a stack file, for a program."""

    @classmethod
    @ends_in_words
    def load(cls, config: pulumi.Config | None = None) -> StackConfig:
        """Load and check the configuration of the current stack.

        Raises:
            pulumi.RunError: with one line for each thing that is wrong; Pulumi shows it without a traceback.
        """
        config = config or pulumi.Config(PROJECT)
        written = written_values(pulumi.get_stack())
        texts = {key: text for key in model.KEYS if (text := config.get(key)) is not None}
        secret = {key for key in texts if pulumi.runtime.is_config_secret(f"{config.name}:{key}")}
        # `get_object` is not used, because its error repeats the value.
        values = texts | from_texts({key: text for key, text in texts.items() if key in _OBJECTS})
        for key in secret.intersection(model.SECTIONS):
            values[key] = decrypted(values[key], written.get(key))
        if "resourceGroup" in secret:
            values["resourceGroup"] = SecretText(texts["resourceGroup"])
        if "serviceKey" in texts:
            # The value itself is for the provider alone.
            values["serviceKey"] = "serviceKey" in secret
        try:
            return cls.parse(dict.fromkeys(_config_keys()) | values, written)
        except ConfigError as error:
            raise pulumi.RunError(printable(str(error))) from None


def _config_keys() -> set[str]:
    """The keys of `aicore` that the stack file sets. Never raises.

    `pulumi.Config` cannot list them; the language host hands the whole configuration to the program in the variable
    `PULUMI_CONFIG`, as JSON. Fallback: no keys, so that a mistyped one goes unnoticed.
    """
    try:
        keys = dict(read_json(os.environ["PULUMI_CONFIG"]))
    except (KeyError, TypeError, ValueError):
        return set()
    return {key.partition(":")[2] for key in keys if key.partition(":")[0] == PROJECT}
