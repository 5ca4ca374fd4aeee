"""The types of the values of a stack file: which values are valid, and their JSON schema for editors.

A complaint never repeats a value: it may be a secret that was put in the wrong place. It does not repeat a version that
YAML has changed either, because the person wrote another one: an unquoted `2025-08-07` reaches a program as
`2025-08-07 00:00:00 +0000 UTC`, `001` as 1, `0613` as 395, `2.10` as 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from aicore_provider.api import naming
from aicore_provider.api.address import normal_form
from aicore_provider.api.naming import (
    ARTIFACT_URL,
    CONFIGURATION_NAME,
    DEFAULT_RESOURCE_GROUP,
    GENERIC_ID,
    LABEL_KEY,
    LONGEST_ARTIFACT_URL,
    LONGEST_CONFIGURATION_NAME,
    LONGEST_LABEL_KEY,
    LONGEST_LABEL_VALUE,
    PROBE_PATH,
    RESOURCE_GROUP,
    artifact_url_problem,
    configuration_name_problem,
    generic_id_problem,
    label_key_problem,
    label_value_problem,
    resource_group_problem,
    ttl_problem,
    verify_problem,
)
from aicore_provider.catalog.model_policy import DAYS, days
from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.project import PLAIN_CREDENTIALS
from aicore_provider.stack.values import texts, with_secrets

_ENCRYPTED: JsonDict = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
_MANGLED_DATE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)? [+-]\d{4} \w+")


def _quoted(value: object) -> object:
    if not isinstance(value, str) or _MANGLED_DATE.fullmatch(value):
        raise ValueError('YAML did not keep this as text; write it in quotes, as in version: "2025-08-07"')
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text; write it in quotes")
    if not value.strip():
        raise ValueError("must not be empty")
    return _unchanged(value)


def _unchanged(value: str) -> str:
    if _MANGLED_DATE.fullmatch(value):
        raise ValueError("YAML has made a date of this; write it in quotes")
    return value


def _rule(problem: Any) -> Any:
    def check(value: str) -> str:
        if complaint := problem(value):
            raise ValueError(without_value(complaint, value))
        return value

    return AfterValidator(check)


def without_value(complaint: str, value: str) -> str:
    """Return a complaint without the value that it begins with.

    The key says which value is meant; what was put there by mistake may be a secret.
    """
    return complaint.removeprefix(f"{value!r} ")


def _kept(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Check a value and return a secret one as a `SecretText` again. A secret that was not decrypted is not checked."""
    if isinstance(value, UnreadText):
        return value
    checked = check(value)
    return SecretText(checked) if isinstance(value, SecretText) else checked


def _open(value: object) -> object:
    if isinstance(value, SecretText):
        raise ValueError("cannot be encrypted: Pulumi needs it in plain text, and shows it")
    return value


def _shown(pattern: str = r"\S", **others: Any) -> WithJsonSchema:
    """Return the JSON schema of a text that may be encrypted. The pattern may match anywhere in the text."""
    return WithJsonSchema({"anyOf": [_plain(pattern, **others), _ENCRYPTED]})


def _one_of(*words: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"enum": list(words), "type": "string"}, _ENCRYPTED]})


def _plain(pattern: str, **others: Any) -> JsonDict:
    unchanged: JsonDict = {"not": {"pattern": f"^{_MANGLED_DATE.pattern}$"}}
    return {"type": "string", "pattern": pattern, **unchanged, **others}


def _secret(value: object) -> object:
    if value is not True:
        raise ValueError(PLAIN_CREDENTIALS)
    return value


def _sealed(value: object) -> object:
    if value is None or (isinstance(value, str) and (not value.strip() or value == SET_ME)):
        raise PydanticCustomError(UNSET, "has no value yet")
    if not isinstance(value, SecretText):
        raise PydanticCustomError(PLAIN, "is in plain text")
    return value


def lacking(key: str, *, is_within: bool = False) -> PydanticCustomError:
    """Return the error of an entry without a value for a key, or of the value itself where it `is_within` the key."""
    kind = MISSING_SECRET if key in ("data", "password") else MISSING
    # A key stands for those of a map, for the command that sets a value in it.
    example = "KEY" if key == "data" else ""
    return PydanticCustomError(kind, "is missing", {"key": "" if is_within else key, "example": example})


def _parameter(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text; write it in quotes, lists and objects as JSON text")
    return _unchanged(value)


def _days(value: object) -> object:
    found = days(value) if isinstance(value, str) else None
    return value if found is None else found


def filters(value: object) -> object:
    """Return a `modelFilterList` as a list. One that is encrypted as a whole is a JSON text."""
    if isinstance(value, UnreadText):
        return [{"modelName": value}]
    if not isinstance(value, SecretText):
        return value
    try:
        items = read_json(value.reveal())
    except ValueError:
        raise ValueError("must be a list; as one encrypted text, write it as JSON") from None
    return with_secrets(items, {place for place, _ in texts(items)})


def _groups(value: object) -> object:
    if value == "all":
        return ALL_DECLARED
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError("must be a list of resource group ids, or all")
    if len(set(map(str, value))) < len(value):
        raise ValueError("names a resource group twice")
    return value


def _declared_group_problem(value: str) -> str | None:
    if value == DEFAULT_RESOURCE_GROUP:
        return "is made and kept by the service, so leave it out"
    return resource_group_problem(value)


def _text_or_map(value: object) -> str:
    return "[by group]" if isinstance(value, Mapping) else "[text]"


def _switch(value: object) -> object:
    """Return a switch as a boolean. YAML 1.1 reads `off` as false, and Pulumi reads it as a text."""
    words = {"on": True, "true": True, "off": False, "false": False}
    wanted = words.get(value.lower(), value) if isinstance(value, str) else value
    if not isinstance(wanted, bool):
        raise ValueError("must be on or off")
    return wanted


def _verify(value: object) -> object:
    words = {"true": True, "false": False}
    wanted = words.get(value, value) if isinstance(value, str) else value
    if isinstance(wanted, bool) or (isinstance(wanted, str) and not verify_problem(wanted)):
        return wanted
    raise ValueError("must be true, or a path such as /v1/health")


SET_ME = "SET-ME"
"""What stands in a file in the place of a secret value that nobody has set yet."""
PLAIN, UNSET, MISSING, MISSING_SECRET = "plain_secret", "unset_secret", "missing", "missing_secret"
"""What may be wrong with a value that must be given, or must be encrypted."""
_SECRET_KEPT = WrapValidator(_kept)
_OPEN = BeforeValidator(_open)

Text = Annotated[str, BeforeValidator(_text), _SECRET_KEPT, _shown()]
Name = Annotated[str, BeforeValidator(_text), _OPEN, WithJsonSchema(_plain(r"\S"))]
Secret = Annotated[bool, BeforeValidator(_secret), WithJsonSchema(_ENCRYPTED)]
Sealed = Annotated[str, BeforeValidator(_sealed), _SECRET_KEPT, WithJsonSchema(_ENCRYPTED)]
"""A text that must be encrypted."""
Version = Annotated[str, BeforeValidator(_text), BeforeValidator(_quoted), _SECRET_KEPT, _shown()]
Identifier = Annotated[
    str, BeforeValidator(_text), _rule(generic_id_problem), _SECRET_KEPT, _shown(f"^{GENERIC_ID.pattern}$")
]
ArtifactReference = Text
"""The key of an entry of `aicore:artifacts`, or the id of an artifact; which of them, the whole file tells."""
Parameter = Annotated[str, BeforeValidator(_parameter), _SECRET_KEPT, _shown("")]
Days = Annotated[
    int,
    BeforeValidator(_days),
    Field(ge=0),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^{DAYS.pattern}$"}]}),
]
Switch = Annotated[
    bool,
    BeforeValidator(_switch),
    # An editor reads YAML 1.2, in which `off` is a text.
    WithJsonSchema({"type": ["boolean", "string"], "enum": [True, False, "on", "off", "true", "false"]}),
]
ConfigurationName = Annotated[
    str,
    BeforeValidator(_text),
    _rule(configuration_name_problem),
    _SECRET_KEPT,
    _shown(rf"^(?=[\s\S]*\S){CONFIGURATION_NAME.pattern}$", maxLength=LONGEST_CONFIGURATION_NAME),
]
ResourceGroup = Annotated[
    str, BeforeValidator(_text), _rule(resource_group_problem), _SECRET_KEPT, _shown(f"^{RESOURCE_GROUP.pattern}$")
]
_GROUP_PATTERN = f"^{RESOURCE_GROUP.pattern}$"
OpenGroup = Annotated[
    str,
    BeforeValidator(_text),
    _OPEN,
    _rule(resource_group_problem),
    WithJsonSchema(_plain(_GROUP_PATTERN)),
]
"""The id of a resource group that is a part of a logical name, which Pulumi shows."""
DeclaredGroup = Annotated[
    str,
    BeforeValidator(_text),
    _OPEN,
    _rule(_declared_group_problem),
    WithJsonSchema(_plain(_GROUP_PATTERN) | {"not": {"const": DEFAULT_RESOURCE_GROUP}}),
]
ALL_DECLARED: tuple[str, ...] = ()
"""What `resourceGroups: all` becomes. A list is never empty."""
ResourceGroups = Annotated[
    tuple[OpenGroup, ...],
    BeforeValidator(_groups),
    _OPEN,
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "all"},
                {
                    "type": "array",
                    "items": _plain(_GROUP_PATTERN),
                    "minItems": 1,
                    "uniqueItems": True,
                },
            ]
        }
    ),
]
Formerly = Annotated[
    Annotated[Name, Tag("[text]")] | Annotated[dict[OpenGroup, Name], Tag("[by group]")], Discriminator(_text_or_map)
]
TakeOver = Annotated[
    Annotated[Identifier, Tag("[text]")] | Annotated[dict[OpenGroup, Identifier], Tag("[by group]")],
    Discriminator(_text_or_map),
]
FIELD_TAGS = ("[text]", "[by group]")
"""What pydantic puts into the place of a complaint, and is no key."""
LabelKey = Annotated[
    str,
    BeforeValidator(_text),
    _OPEN,
    _rule(label_key_problem),
    WithJsonSchema(_plain(f"^{LABEL_KEY.pattern}$", maxLength=LONGEST_LABEL_KEY)),
]
LabelValue = Annotated[
    str,
    BeforeValidator(_parameter),
    _rule(label_value_problem),
    _SECRET_KEPT,
    _shown("", maxLength=LONGEST_LABEL_VALUE),
]
Ttl = Annotated[
    str, BeforeValidator(_text), _rule(ttl_problem), _SECRET_KEPT, _shown("^0*([1-9][0-9]+[mM]|[1-9][0-9]*[hHdD])$")
]
ServiceUrl = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(normal_form),
    _SECRET_KEPT,
    _shown(
        r"^([hH][tT][tT][pP][sS]://([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])"
        r"|[hH][tT][tT][pP]://(localhost|127\.0\.0\.1|\[::1\]))(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:-]+)*/*$"
    ),
]
ArtifactUrl = Annotated[
    str,
    BeforeValidator(_text),
    _rule(artifact_url_problem),
    _SECRET_KEPT,
    _shown(ARTIFACT_URL.pattern, maxLength=LONGEST_ARTIFACT_URL),
]
FilterType = Annotated[Literal["allow", "deny"], _SECRET_KEPT, _one_of("allow", "deny")]
SecretScope = Annotated[naming.SecretScope, _SECRET_KEPT, _one_of(*naming.SECRET_SCOPES)]
ArtifactKind = Annotated[naming.ArtifactKind, _SECRET_KEPT, _one_of(*naming.ARTIFACT_KINDS)]
ScheduleStatus = Annotated[Literal["ACTIVE", "INACTIVE"], _SECRET_KEPT, _one_of("ACTIVE", "INACTIVE")]
Orchestration = Annotated[Literal["orchestration"], _OPEN]
Replacement = Annotated[Literal["createFirst", "deleteFirst"], _OPEN]
Flag = Annotated[bool, _OPEN]
Verify = Annotated[
    bool | str,
    BeforeValidator(_verify),
    _OPEN,
    WithJsonSchema(
        {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^(true|false|{PROBE_PATH.pattern})$"}]}
    ),
]
