"""The contract's rules for names, ids, addresses and words. A `*_problem` is a complaint, or None for a valid text.

Source: SAP AI Core API 2.42.0, where no other is named. Its patterns are ECMAScript's, whose word characters are
ASCII; they are spelt out here, so that they mean the same in every language, an editor's JSON schema included.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, get_args

FOUNDATION_MODELS = "foundation-models"
"""Id of the scenario of the generative models."""
DEFAULT_RESOURCE_GROUP = "default"
"""Name of the resource group that every tenant has."""
RESOURCE_GROUP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.-]{1,251}[a-zA-Z0-9]")
RESOURCE_GROUP_RULE = "is no resource group id: 3 to 253 letters, digits, '.' or '-', no '.' or '-' at the ends"
_TTL = re.compile(r"([0-9]+)([mhdMHD])")
GENERIC_ID = re.compile(r"[A-Za-z0-9_.-]{4,64}")
CONFIGURATION_NAME = re.compile(r"""[A-Za-z0-9_ \t\n\r\f\v.!?,;:\[\](){}<>"'=+*/\\^&%@~$#|-]*""")
LONGEST_CONFIGURATION_NAME = 256
LABEL_KEY = re.compile(r"ext.ai.sap.com/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
"""The contract's pattern without its catastrophic backtracking; both accept the same keys of at most 63 characters."""
LONGEST_LABEL_KEY = 63
LONGEST_LABEL_VALUE = 5000
_FREE_TEXT = "1 to 256 ASCII letters, digits, spaces and punctuation"
ARTIFACT_URL = re.compile(r"([a-z0-9-]+)://.+")
LONGEST_ARTIFACT_URL = 1024
_LONGEST_SCHEDULE_NAME = 256
_GENERIC_SECRET = re.compile(r"[a-z0-9.-]{1,252}")
_OBJECT_STORE = re.compile(r"(?=.{1,233}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_OBJECT_STORE_RULE = (
    "small letters, digits, '-' or '.', with a letter or digit at the ends and beside dots, at most 233 of them"
)
_DOCKER_REGISTRY = re.compile(r"(?=.{2,63}$)[a-z0-9]([a-z0-9.-]|_(?=[a-z0-9.-].))*[a-z0-9]")
"""The contract's pattern without its catastrophic backtracking; both accept the same names."""
_REPOSITORY = re.compile(r"[a-z0-9-]{1,51}")
_APPLICATION = re.compile(r"[a-z0-9-]{3,54}")
SecretScope = Literal["resource-group", "main-tenant", "tenant-wide"]
"""Where a generic secret is: in one resource group, in the main tenant alone, or in all resource groups."""
IN_GROUP, IN_MAIN_TENANT, TENANT_WIDE = SECRET_SCOPES = get_args(SecretScope)
ArtifactKind = Literal["model", "dataset", "resultset", "other"]
"""What an artifact can be."""
ARTIFACT_KINDS = get_args(ArtifactKind)
GROUNDING_LABEL = ("ext.ai.sap.com/document-grounding", "true")
"""Key and value of the label without which document grounding does not work in a resource group.

Source: SAP's documentation, "Create a Resource Group for Grounding".
"""
PROBE_PATH = re.compile(r"(/(?!\.{1,2}(/|\?|$))[A-Za-z0-9._~!$&'()*+,;=:@-]*)+(\?[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?")
"""A path below the URL of a deployment, with a query or without. `.` and `..` would lead out of it."""
REPOSITORY_TYPE_LABEL = "ext.ai.sap.com/documentRepositoryType"
"""Key of the label of a generic secret that says of which type its repository for document grounding is."""
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_SHORTEST_TTL_MIN = 10
_NOT_IN_A_PATH = frozenset("/\\%?# ")
LONGEST_ID = 256


def resource_group_problem(value: str) -> str | None:
    """3 to 253 letters, digits, dots and dashes, with a letter or digit at both ends."""
    return None if RESOURCE_GROUP.fullmatch(value) else f"{value!r} {RESOURCE_GROUP_RULE}"


def ttl_problem(value: str) -> str | None:
    """A whole number of minutes, hours or days, ten minutes at least (the service's documented minimum)."""
    minutes = ttl_minutes(value)
    if minutes is None:
        return f"{value!r} is no life time: write a whole number and one unit, such as '30m', '10h' or '7d'"
    if minutes < _SHORTEST_TTL_MIN:
        return f"{value!r} is shorter than the service allows: 10m at least"
    return None


def verify_problem(value: str) -> str | None:
    """Whether and how a deployment is verified: `true`, or a path below its URL."""
    if value == "true" or PROBE_PATH.fullmatch(value):
        return None
    return f"{value!r} is neither true nor a path such as '/v1/health'"


def ttl_minutes(value: str) -> int | None:
    """Return a life time in minutes; None when the text is none."""
    parts = _TTL.fullmatch(value)
    return int(parts[1]) * _MINUTES[parts[2].lower()] if parts else None


def generic_id_problem(value: str) -> str | None:
    """Ids of scenarios, executables, configurations, deployments, artifacts."""
    return None if GENERIC_ID.fullmatch(value) else f"{value!r} is no id: 4 to 64 letters, digits, '_', '.' or '-'"


def generic_secret_name_problem(value: str) -> str | None:
    """Names of generic secrets."""
    return _name_problem(value, _GENERIC_SECRET, "1 to 252 small letters, digits, '-' or '.'")


def object_store_name_problem(value: str) -> str | None:
    """Names of object store secrets."""
    return _name_problem(value, _OBJECT_STORE, _OBJECT_STORE_RULE)


def docker_registry_name_problem(value: str) -> str | None:
    """Names of Docker registry secrets."""
    rule = "2 to 63 small letters, digits, '-', '.' or '_', with a letter or digit at both ends"
    return _name_problem(value, _DOCKER_REGISTRY, rule)


def repository_name_problem(value: str) -> str | None:
    """Names of repositories."""
    return _name_problem(value, _REPOSITORY, "1 to 51 small letters, digits or '-'")


def application_name_problem(value: str) -> str | None:
    """Names of applications."""
    return _name_problem(value, _APPLICATION, "3 to 54 small letters, digits or '-'")


def artifact_name_problem(value: str) -> str | None:
    """1 to 256 ASCII letters, digits, spaces and punctuation. The contract allows an empty name, refused here."""
    return None if configuration_name_problem(value) is None else f"{value!r} is no artifact name: {_FREE_TEXT}"


def schedule_name_problem(value: str) -> str | None:
    """1 to 256 characters."""
    return None if 0 < len(value) <= _LONGEST_SCHEDULE_NAME else f"must have 1 to {_LONGEST_SCHEDULE_NAME} characters"


def artifact_url_problem(value: str) -> str | None:
    """A URL with any scheme, 1024 characters at most. One with `ai` names an object store secret."""
    if len(value) > LONGEST_ARTIFACT_URL or not ARTIFACT_URL.search(value):
        return f"{value!r} is no URL such as 'ai://OBJECT_STORE/path', of at most {LONGEST_ARTIFACT_URL} characters"
    store = object_store_of(value)
    if store is not None and not _OBJECT_STORE.fullmatch(store):
        return f"{value!r} names no object store secret: {_OBJECT_STORE_RULE}"
    return None


def object_store_of(url: str) -> str | None:
    """Return the object store secret that an artifact's URL names, as in `ai://OBJECT_STORE/path`; None for none."""
    scheme, _, path = url.partition("://")
    return path.partition("/")[0] if scheme == "ai" else None


def _name_problem(value: str, pattern: re.Pattern[str], rule: str) -> str | None:
    return None if pattern.fullmatch(value) else f"{value!r} is no valid name: {rule}"


def is_id(text: str) -> bool:
    """Whether a text can be one segment of a path.

    More is accepted than by the contract's patterns, which may change.
    """
    return (
        0 < len(text) <= LONGEST_ID
        and text.isprintable()
        and not _NOT_IN_A_PATH & set(text)
        and text not in (".", "..")
    )


def label_problem(key: str, value: str) -> str | None:
    """A label of a resource group."""
    return label_key_problem(key) or (f"the value of {key} {told}" if (told := label_value_problem(value)) else None)


def label_key_problem(key: str) -> str | None:
    """The key of a label of a resource group."""
    if len(key) <= LONGEST_LABEL_KEY and LABEL_KEY.fullmatch(key):
        return None
    return (
        f"{key!r} is no label: write 'ext.ai.sap.com/' and letters, digits, '-', '_' or '.' with a letter or digit "
        f"at both ends, {LONGEST_LABEL_KEY} characters in all"
    )


def label_value_problem(value: str) -> str | None:
    """The value of a label of a resource group."""
    return f"is longer than {LONGEST_LABEL_VALUE} characters" if len(value) > LONGEST_LABEL_VALUE else None


def configuration_name_problem(value: str) -> str | None:
    """1 to 256 ASCII letters, digits, spaces and punctuation.

    The contract allows an empty name, which is refused here.
    """
    if 0 < len(value) <= LONGEST_CONFIGURATION_NAME and CONFIGURATION_NAME.fullmatch(value):
        return None
    return f"{value!r} is no configuration name: {_FREE_TEXT}"


def configuration_name(logical_name: str) -> str:
    """Return the name of a configuration for which the program gives none. The service always accepts it.

    It is the logical name in ASCII, so that it stays the same at each change. Accents are dropped, and a character
    without an ASCII form becomes its code point, such as `U+1F642`.
    """
    decomposed = unicodedata.normalize("NFKD", logical_name)
    letters = (_in_ascii(each) for each in decomposed if not unicodedata.combining(each))
    return "".join(letters).strip()[:LONGEST_CONFIGURATION_NAME] or "configuration"


def _in_ascii(character: str) -> str:
    is_fit = character.isprintable() and CONFIGURATION_NAME.fullmatch(character)
    return character if is_fit else f"U+{ord(character):04X}"


def deployment_url(service_url: str, deployment_id: str) -> str:
    """Return the URL of a deployment. It follows from service and id, as in all recorded answers of the service."""
    return f"{service_url}/v2/inference/deployments/{deployment_id}"
