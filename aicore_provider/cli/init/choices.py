"""What may be chosen for a new repository, and what is proposed. Pure functions over texts and a catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import LATEST, NO_VERSION

if TYPE_CHECKING:
    from aicore_provider.catalog.catalog import Catalog

Ci = Literal["github", "gitlab", "none"]
"""Whose workflow files are written."""
EMULATOR = "emulator"
"""Name of the stack that is always written, to try the repository with the emulator."""
DEFAULT_MODEL = "gpt-5-mini"
"""What is written where nobody chose, and no catalogue is asked."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
_MODEL = re.compile(r"(?:(?P<environment>[A-Za-z0-9_.-]+)=)?(?P<name>[^\s=@]+)(?:@(?P<version>[^\s=@]+))?")


@dataclass(frozen=True)
class Named:
    """A model as it was named: for one environment, or with "" for all; with "" for the version that is to be found."""

    name: str
    version: str = ""
    environment: str = ""

    @property
    def text(self) -> str:
        """The model as it is typed, without the environment."""
        return f"{self.name}@{self.version}" if self.version else self.name


@dataclass(frozen=True)
class Model:
    """A model and its version. The version can be `latest`; it is `NO_VERSION` for a model that has none."""

    name: str
    version: str


def project_problem(value: str) -> str | None:
    """Pulumi's rule for names of projects."""
    return None if _NAME.fullmatch(value) else f"{value!r} is no name: 1 to 100 letters, digits, '_', '.' or '-'"


def project_name(folder: str) -> str:
    """Return the name of a folder as that of a project."""
    return _UNFIT.sub("-", folder).strip("-.")[:100] or "aicore"


def environment_problem(value: str) -> str | None:
    """Pulumi's rule for names of stacks; and one name is taken."""
    if value == EMULATOR:
        return f"{EMULATOR!r} is the stack that is written in any case"
    if value.startswith("-"):
        return f"{value!r} begins like an option of pulumi"
    return project_problem(value)


def names(text: str) -> list[str]:
    """Return the names that were typed with spaces or commas between them."""
    return text.replace(",", " ").split() or [""]


def read_model(text: str) -> Named | None:
    """Return what `[ENVIRONMENT=]MODEL[@VERSION]` names; None for something else."""
    found = _MODEL.fullmatch(text)
    return Named(found["name"], found["version"] or "", found["environment"] or "") if found else None


def proposed_model(catalog: Catalog | None) -> str:
    """Return the name of a model for somebody who has not chosen: the default one where it is offered."""
    offered = [each for each in catalog.models if each.allows(FOUNDATION_MODELS)] if catalog else []
    known = {each.model for each in offered}
    good = (each.model for each in offered if "embed" not in each.model and each.latest and not each.latest.deprecated)
    return DEFAULT_MODEL if DEFAULT_MODEL in known else next(good, DEFAULT_MODEL)


def resolved_model(named: Named, catalog: Catalog | None) -> tuple[Model, str]:
    """Return a model with a version, and a remark on what the catalogue says otherwise, or "".

    A version that was not named is the one that the catalogue calls latest, so that each upgrade is a change of the
    file; it is "latest" where there is no catalogue.
    """
    offered = catalog.offers(named.name) if catalog else ()
    if not offered:
        near = catalog.nearest(named.name) if catalog else []
        hint = f"; it has {', '.join(near)}" if near else ""
        remark = f"the service does not offer {named.name}{hint}" if catalog else ""
        return Model(named.name, named.version or LATEST), remark
    versions = [each.name for offer in offered for each in offer.versions]
    if named.version:
        known = named.version == LATEST or named.version in versions
        remark = (
            "" if known else f"the service does not offer {named.text}; it has {', '.join(versions) or 'no versions'}"
        )
        return Model(named.name, named.version), remark
    latest = next((each.latest.name for each in offered if each.latest), LATEST)
    return Model(named.name, latest if offered[0].has_versions else NO_VERSION), ""
