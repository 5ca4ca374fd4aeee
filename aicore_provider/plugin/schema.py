"""The package schema, from which Pulumi makes SDKs, documentation and completion: made from the tables of the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from typing import Any

from aicore_provider import kinds
from aicore_provider.components import COMPONENTS, Component
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.property import Change, Property
from aicore_provider.kinds.values import SECRET_INPUTS
from aicore_provider.own_version import own_version, semantic
from aicore_provider.plugin.examples import EXAMPLES
from aicore_provider.plugin.functions import FUNCTIONS, MODEL, Fields, Function, Type
from aicore_provider.plugin.outputs import DERIVED
from aicore_provider.plugin.values import camel_path
from aicore_provider.resource_types import DYNAMIC_PREFIX, NATIVE_PREFIX, PACKAGE

_TYPES: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "list": {"type": "array", "items": {"type": "string"}},
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "strings": {"type": "array", "items": {"type": "string"}},
    "Model": {"$ref": f"#/types/{PACKAGE}:index:Model"},
    "Models": {"type": "array", "items": {"$ref": f"#/types/{PACKAGE}:index:Model"}},
    "Call": {"$ref": f"#/types/{PACKAGE}:index:Call"},
    "Summary": {"$ref": f"#/types/{PACKAGE}:index:Summary"},
    "filters": {"type": "array", "items": {"$ref": f"#/types/{PACKAGE}:index:ModelFilter"}},
}
_DERIVED: Fields = {
    "deployment_url": ("string", "Its URL. A switch keeps it."),
    "call": ("Call", "What a caller needs; its `url` is empty where no path is documented."),
}
"""Outputs that follow from others, see `plugin.outputs`."""
_CALL: Fields = {
    "method": ("string", "HTTP method."),
    "url": ("string", "With path and `api-version`; empty where SAP's documentation shows no path."),
    "api_version": ("string", "The `api-version` in the URL; empty for none."),
    "authorization": ("string", "How to sign in, in words."),
}
_SUMMARY: Fields = {
    "id": ("string", "Id of the deployment."),
    "url": ("string", "Its URL. A switch keeps it."),
    "model": ("string", "The model; empty for what is no single model."),
    "version": ("string", "The version that is asked for; empty for none."),
    "executable": ("string", "The executable."),
    "configuration_id": ("string", "Id of the configuration."),
    "resource_group": ("string", "Resource group that it is in."),
    "status": ("string", "Such as `RUNNING`."),
    "call": ("Call", "What a caller needs."),
}
_FILTER: Fields = {
    "model_name": ("string", "Name of a model."),
    "model_versions": ("strings", "The versions that are meant; none for all."),
}
_OF_COMPONENT: Fields = {
    "deployment_id": ("string", "Id of the deployment."),
    "deployment_url": ("string", "URL of the deployment. A switch keeps it."),
    "url": ("string", "The same as `deploymentUrl`."),
    "call": ("Call", "What a caller needs; its `url` is empty where no path is documented."),
    "summary": ("Summary", "What a program exports of it."),
}
_OF_MODEL: Fields = {
    "version": (
        "string",
        "The version that is asked for: `latest` stays `latest`. Empty for a model without versions.",
    ),
    "served_version": (
        "string",
        "The version that answers, as far as the service tells: for `latest` the one that its catalogue calls so.",
    ),
}
_CONFIGURATION: Mapping[str, dict[str, Any]] = {
    "baseUrl": {"type": "string", "description": "The service; credentials for another one are refused."},
    "serviceKey": {
        "type": "string",
        "secret": True,
        "description": "A service key as JSON, for where the environment has no `AICORE_*` variables.",
    },
    "checks": {"type": "boolean", "description": "False: nothing is asked of the model catalogue unless it must be."},
    "retirement": {
        "type": "object",
        "additionalProperties": {"type": "integer"},
        "description": "`warnDays` and `failDays`: so long before the retirement of a model a preview warns, or fails.",
    },
    "versions": {
        "type": "object",
        "additionalProperties": {"type": "boolean"},
        "description": "`allowLatest`: whether a version may be `latest`.",
    },
}
_GO_MODULE = f"example.com/pulumi-{PACKAGE}/sdk/go"
_SDK_NAMES: Mapping[str, dict[str, Any]] = {
    "csharp": {},
    "go": {"modulePath": _GO_MODULE, "importBasePath": f"{_GO_MODULE}/{PACKAGE}"},
    "java": {},
    "nodejs": {"packageName": f"@pulumi/{PACKAGE}"},
    "python": {"packageName": f"pulumi_{PACKAGE}"},
}
"""Names of generated SDKs: Pulumi's defaults. Without them the CLI calls an SDK after the owner of the Git repository
that the plugin comes from (`setSpecNamespace` in its `packages.go`), and a program needs other imports for a mirror."""


def plugin_version() -> str:
    """Return the version of this package as the engine wants it: by the rules of SemVer."""
    return semantic(own_version()) or "0.0.0-unknown.0"


def package_schema() -> dict[str, Any]:
    """Return the schema of the package as JSON."""
    loaded = [kinds.load(name) for name in kinds.KINDS]
    return {
        "name": PACKAGE,
        "displayName": "SAP AI Core",
        "version": plugin_version(),
        "description": "SAP AI Core models as code: a running deployment is switched in place, and keeps id and URL.",
        "keywords": ["pulumi", "sap", "ai core", "category/cloud", "kind/native"],
        "license": "Apache-2.0",
        "config": {"variables": _CONFIGURATION},
        "provider": {"inputProperties": _CONFIGURATION},
        "types": {
            _token("Model"): _object(MODEL, "A version of a model."),
            _token("Call"): _call_type(),
            _token("Summary"): _object(_SUMMARY, "What a program exports of a component."),
            _token("ModelFilter"): _object(_FILTER, "A model of a filter of the orchestration service."),
            **{
                _token(_enumeration(each, kind)): _choices(each)
                for kind in loaded
                for each in kind.inputs
                if each.choices
            },
        },
        "resources": {
            **{_token(kind.name): _resource(kind) for kind in loaded},
            **{_token(name): _component(name, each) for name, each in COMPONENTS.items()},
        },
        "functions": {_token(name): _function(each) for name, each in FUNCTIONS.items()},
        "language": {name: {"respectSchemaVersion": True, **names} for name, names in _SDK_NAMES.items()},
    }


def _token(name: str) -> str:
    return f"{NATIVE_PREFIX}{name}"


def _resource(kind: Kind) -> dict[str, Any]:
    told = {camel_path(each.name): _output(each) for each in kind.properties if each.name != SECRET_INPUTS.name}
    derived = {camel_path(key): _described(*_DERIVED[key]) for key in DERIVED.get(kind.name, {})}
    return {
        "description": f"{kind.doc}\n\n## Example Usage\n\n{_yaml(EXAMPLES[kind.name])}",
        "inputProperties": {camel_path(each.name): _input(each, kind) for each in kind.inputs},
        # What the service never tells is missing where an object is imported, or taken over as it is.
        "requiredInputs": [camel_path(each.name) for each in kind.inputs if each.is_required and not each.is_untold],
        "properties": {**told, **derived},
        "required": [*told, *derived],
        # So a program can move from the dynamic provider to this one, and every object stays.
        "aliases": [{"type": f"{DYNAMIC_PREFIX}{kind.name}"}],
    }


def _component(name: str, component: Component) -> dict[str, Any]:
    outputs = {**_OF_COMPONENT, **(_OF_MODEL if name == "ModelDeployment" else {})}
    return {
        "isComponent": True,
        "description": f"{component.doc}\n\n## Example Usage\n\n{_yaml(EXAMPLES[name])}",
        "inputProperties": {camel_path(each): _argument(component, each) for each in component.arguments},
        "requiredInputs": [camel_path(each) for each in component.required],
        "properties": {camel_path(key): _described(*each) for key, each in outputs.items()},
        "required": [camel_path(key) for key in outputs],
    }


_DOCS = {
    "configuration_name": "Name of the configuration at the service.",
    "executable_id": "The executable, such as `azure-openai`; that of a foundation model is looked up where it is left"
    " out.",
}
"""Descriptions of arguments whose property is described as one of a part."""


def argument_change(component: Component, name: str) -> Change | None:
    """Return what a change of an argument of a component does to the deployment.

    It replaces what it replaces in the deployment. Another configuration alone is switched in.
    """
    of_deployment = {each.name: each for each in kinds.load("AIDeployment").inputs}
    part = of_deployment.get(component.of_configuration.get(name, name))
    return part.change if part else Change.IN_PLACE


def _argument(component: Component, name: str) -> dict[str, Any]:
    path = component.of_configuration.get(name, name)
    parts = [*kinds.load("AIConfiguration").inputs, *kinds.load("AIDeployment").inputs]
    effect = _EFFECTS[argument_change(component, name)]
    if own := component.own.get(name):
        return {**_TYPES[own.type], "description": f"{own.doc} {effect}"}
    each = {part.name: part for part in parts}[path]
    found = {**_output(each), "description": f"{_DOCS.get(name, each.doc)} {effect}"}
    return found if each.default is None else {**found, "default": each.default}


def _yaml(resources: str) -> str:
    return f"```yaml\nresources:\n{indent(resources, '  ')}```\n"


def _input(each: Property, kind: Kind) -> dict[str, Any]:
    needed = " A new object needs it." if each.is_required and each.is_untold else ""
    found = {**_output(each), "description": f"{each.doc} {_EFFECTS[each.change]}{needed}"}
    if each.choices:
        del found["type"]
        found["oneOf"] = [_TYPES["text"], {"type": "string", "$ref": f"#/types/{_token(_enumeration(each, kind))}"}]
    if each.change is Change.REPLACES:
        found["willReplaceOnChanges"] = True
    if each.default is not None:
        found["default"] = each.default
    return found


_EFFECTS: Mapping[Change | None, str] = {
    Change.REPLACES: "Another value replaces the object.",
    Change.IN_PLACE: "Another value changes it in place.",
    Change.NO_DIFFERENCE: "Another value changes nothing.",
}


def _output(each: Property) -> dict[str, Any]:
    return {**_TYPES[each.type], "description": each.doc, **({"secret": True} if each.is_secret else {})}


def _enumeration(each: Property, kind: Kind) -> str:
    """Return the name of the type of an input with choices, such as `GenericSecretScope`."""
    return f"{kind.name.removeprefix('AI')}{each.name.title().replace('_', '')}"


def _choices(each: Property) -> dict[str, Any]:
    return {"type": "string", "description": each.doc, "enum": [{"value": value} for value in each.choices]}


def _function(each: Function) -> dict[str, Any]:
    return {
        "description": each.doc,
        "inputs": {
            "properties": {
                camel_path(key): {"type": "string", "description": doc} for key, doc in each.arguments.items()
            },
            "required": [camel_path(key) for key in each.required],
        },
        "outputs": _object(each.result),
    }


_OPTIONAL = ("days_left", "context_length", "model_versions")


def _object(fields: Fields, doc: str = "") -> dict[str, Any]:
    return {
        "type": "object",
        **({"description": doc} if doc else {}),
        "properties": {camel_path(key): _described(*each) for key, each in fields.items()},
        "required": [camel_path(key) for key in fields if key not in _OPTIONAL],
    }


def _call_type() -> dict[str, Any]:
    found = _object(_CALL, "What a caller of a deployment needs.")
    found["properties"]["headers"] = {**_TYPES["map"], "description": "Headers, without the token."}
    found["required"].append("headers")
    return found


def _described(type_: Type, doc: str) -> dict[str, Any]:
    return {**_TYPES[type_], "description": doc}
