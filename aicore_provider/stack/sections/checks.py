"""`aicore:retirement` and `aicore:versions`: what the checks of models refuse, and what they warn of."""

from __future__ import annotations

from pydantic import Field

from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.stack.fields import Days
from aicore_provider.stack.sections import Keys


class RetirementConfig(Keys, title="retirement"):
    """How long before the retirement of a model a preview warns or fails."""

    warn_days: Days = Field(
        default=ModelPolicy.warn_days, description="A model that retires within so many days is a warning."
    )
    fail_days: Days | None = Field(
        default=ModelPolicy.fail_days,
        description="A model that retires within so many days is an error; with 0, only once its retirement is past. "
        "Default: never.",
    )


class VersionsConfig(Keys, title="versions"):
    """Which versions of models the stack may use."""

    allow_latest: bool = Field(default=ModelPolicy.allow_latest, description="Whether a version may be latest.")
