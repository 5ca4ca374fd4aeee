"""How a new repository requires this package, which is on no index that everybody reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, urlsplit

from aicore_provider.own_version import own_version

NAME = "aicore-provider"
_NAMED = rf"{NAME}(?:\[[\w, -]*\])?\s*"
_CLAUSE = r"(?:===?|~=|!=|[<>]=?)\s*[\w.*+!]+"
_REQUIREMENT = re.compile(rf"{_NAMED}(?P<version>(?:{_CLAUSE}(?:\s*,\s*{_CLAUSE})*)?)", re.IGNORECASE)
_URL = re.compile(rf"(?:{_NAMED}@\s*)?(?P<url>[a-z][a-z0-9+.-]*://\S+)", re.IGNORECASE)
_WHEELS = "wheels"


@dataclass(frozen=True)
class Package:
    """The package as a requirement of pip, without extras.

    At most one of `version` (such as `==0.2.0`), `url` and `wheel` is set. A wheel is a file of this machine, of which
    the repository gets a copy.
    """

    version: str = ""
    url: str = ""
    wheel: Path | None = None

    @property
    def copy(self) -> str:
        """The path of the wheel's copy in the repository; "" where there is none."""
        return str(PurePosixPath(_WHEELS, self.wheel.name)) if self.wheel else ""

    @property
    def is_on_an_index(self) -> bool:
        """Whether pip has to find it on an index."""
        return not (self.url or self.wheel)

    @property
    def has_hash(self) -> bool:
        """Whether pip can check it by a hash. What comes from a Git repository has none."""
        return not self.url.startswith("git+")

    def requirement(self, extra: str) -> str:
        """Return the requirement with an extra, as a line of a requirements file or an argument of pip."""
        if self.wheel:
            return f"./{self.copy}[{extra}]"
        return f"{NAME}[{extra}] @ {self.url}" if self.url else f"{NAME}[{extra}]{self.version}"


def this_version() -> str:
    """Return the requirement of the very version that runs."""
    version = own_version()
    return f"{NAME}=={version}" if version else NAME


def read_package(text: str) -> Package:
    """Return the package that a text names: a wheel, a URL or a requirement.

    Raises:
        ValueError: it is none of these.
    """
    if "://" not in text and text.endswith(".whl"):
        wheel = Path(text)
        if not (wheel.is_file() and wheel.name.startswith(f"{NAME.replace('-', '_')}-")):
            raise ValueError(f"{text} is no wheel of {NAME} on this machine")
        return Package(wheel=wheel)
    if named := _REQUIREMENT.fullmatch(text):
        return Package(version=named["version"])
    given = _URL.fullmatch(text)
    if not given or not (parts := _split(given["url"])):
        shown = "it" if "@" in text else repr(text)
        raise ValueError(f"{shown} is neither a wheel, nor a URL, nor a requirement such as {NAME}==0.2.0")
    # The user of a URL of SSH is no secret; that of HTTP is a token.
    if parts.password or (parts.username and parts.scheme.endswith(("http", "https"))):
        raise ValueError(
            "the URL holds a password or token, and it is written to requirements.in; leave it out here, and give it "
            "to pip and git by a netrc file"
        )
    return Package(url=given["url"])


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
