"""One example in four languages: written once, in YAML (`aicore_provider.plugin.examples`), and translated here.

An example of a kind is a whole program: it holds what the object refers to as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from pydantic.alias_generators import to_camel, to_snake

from aicore_provider.plugin.examples import EXAMPLES
from aicore_provider.plugin.functions import FUNCTIONS
from aicore_provider.resource_types import PACKAGE, snake_case

LANGUAGES: Mapping[str, str] = {"Python": "python", "YAML": "yaml", "TypeScript": "typescript", "Go": "go"}
"""The languages in the order of a page, and what Markdown calls them."""
_WIDTH = 88
"""Characters of a line in Python, as formatters have it."""


@dataclass(frozen=True)
class Reference:
    """An output of another resource, by the name of that and the name that YAML has for the output."""

    resource: str
    output: str


@dataclass(frozen=True)
class Secret:
    """A secret of the stack's configuration."""

    key: str


@dataclass(frozen=True)
class Joined:
    """A text of several parts."""

    parts: tuple[str | Reference, ...]


Value: TypeAlias = "str | bool | Reference | Secret | Joined | Mapping[str, Value] | Sequence[Value]"


@dataclass(frozen=True)
class Declared:
    """A resource of an example: its logical name, its kind, and its properties by the names that YAML has for them."""

    name: str
    kind: str
    properties: Mapping[str, Value]


@dataclass(frozen=True)
class Call:
    """A call of a function, with an output of it that a program exports."""

    function: str
    arguments: Mapping[str, str]
    name: str
    exported: str


CALLS: Mapping[str, Call] = {
    each.function: each
    for each in (
        Call("getModel", {"model": "gpt-5-mini"}, "model", "retirementDate"),
        Call("getModels", {"executableId": "azure-openai", "resourceGroup": "team-docs"}, "offered", "models"),
        Call("getDeployment", {"configurationName": "chat", "resourceGroup": "team-docs"}, "chat", "deploymentUrl"),
    )
}
"""The example of each function."""
_EXPORTS = {"AIDeployment": "deploymentUrl", "AIExecution": "outputArtifacts"} | dict.fromkeys(
    ("ModelDeployment", "OrchestrationDeployment", "ExecutableDeployment"), "deploymentUrl"
)
"""What the example of a kind exports."""


def program(name: str, language: str) -> str:
    """Return the example of a kind, component or function in one of `LANGUAGES`."""
    if name in FUNCTIONS:
        return _OF_FUNCTIONS[language](CALLS[name])
    return _OF_RESOURCES[language](resources_for(name), _export(name))


def resources_for(kind: str) -> list[Declared]:
    """Return the example of a kind or component, after everything that it refers to."""
    found: dict[str, Declared] = {}

    def add(name: str) -> None:
        if name not in found:
            each = _ALL[name]
            for reference in _references(each.properties):
                add(reference.resource)
            found[name] = each

    add(_main(kind))
    return list(found.values())


# --- what is written --------------------------------------------------------------------------------------------------


def _parsed_map(values: Mapping[str, Any]) -> dict[str, Value]:
    return {key: _parsed(each) for key, each in values.items()}


def _parsed(value: Any) -> Value:
    if isinstance(value, dict):
        return _parsed_map(value)
    if isinstance(value, list):
        return [_parsed(each) for each in value]
    if not isinstance(value, str):
        return bool(value)
    parts = [_reference(part) if part.startswith("${") else part for part in re.split(r"(\$\{[^}]+\})", value) if part]
    if len(parts) == 1:
        return parts[0]
    return Joined(tuple(part for part in parts if not isinstance(part, Secret)))


def _reference(text: str) -> Reference | Secret:
    resource, dot, output = text.removeprefix("${").removesuffix("}").partition(".")
    return Reference(resource, output) if dot else Secret(resource)


_TEXTS: Mapping[str, str] = {
    block.partition(":")[0]: block for text in EXAMPLES.values() for block in re.split(r"^(?=\S)", text, flags=re.M)[1:]
}
"""The resources of all examples by name, as they are written."""
_ALL: Mapping[str, Declared] = {
    name: Declared(name, each["type"].partition(":")[2], _parsed_map(each["properties"]))
    for text in EXAMPLES.values()
    for name, each in yaml.safe_load(text).items()
}


def _main(kind: str) -> str:
    """Return the name of the resource that the example of a kind is about."""
    return next(str(name) for name in yaml.safe_load(EXAMPLES[kind]) if _ALL[name].kind == kind)


def _export(kind: str) -> Reference | None:
    return Reference(_main(kind), _EXPORTS[kind]) if kind in _EXPORTS else None


def _references(value: Value) -> Iterator[Reference]:
    match value:
        case Reference():
            yield value
        case Joined(parts):
            yield from (part for part in parts if isinstance(part, Reference))
        case str() | bool() | Secret():
            return
        case Mapping():
            for each in value.values():
                yield from _references(each)
        case _:
            for each in value:
                yield from _references(each)


def _secrets(value: Value) -> Iterator[str]:
    match value:
        case Secret(key):
            yield key
        case Mapping():
            for each in value.values():
                yield from _secrets(each)
        case _:
            return


def _has_joined(resources: Sequence[Declared]) -> bool:
    return any(isinstance(value, Joined) for each in resources for value in each.properties.values())


def _all_secrets(resources: Sequence[Declared]) -> list[str]:
    return [key for each in resources for key in _secrets(each.properties)]


def _named(resources: Sequence[Declared], export: Reference | None) -> set[str]:
    """Return the names of the resources to which something refers, so that they need a variable."""
    found = {reference.resource for each in resources for reference in _references(each.properties)}
    return found | ({export.resource} if export else set())


# --- YAML -------------------------------------------------------------------------------------------------------------


def _yaml(resources: Sequence[Declared], export: Reference | None) -> str:
    lines = ["# Pulumi.yaml", "name: example", "runtime: yaml", "options: {refresh: always}"]
    if secrets := _all_secrets(resources):
        lines += ["config:", *(f"  {key}: {{type: string, secret: true}}" for key in secrets)]
    lines.append("resources:")
    lines += [f"  {line}" for each in resources for line in _TEXTS[each.name].splitlines()]
    if export:
        lines += ["outputs:", f"  {export.output}: ${{{export.resource}.{export.output}}}"]
    return "\n".join(lines) + "\n"


def _yaml_call(call: Call) -> str:
    arguments = ", ".join(f"{key}: {value}" for key, value in call.arguments.items())
    return f"""\
# Pulumi.yaml
name: example
runtime: yaml
variables:
  {call.name}:
    fn::invoke:
      function: {PACKAGE}:{call.function}
      arguments: {{{arguments}}}
outputs:
  {call.exported}: ${{{call.name}.{call.exported}}}
"""


# --- Python -----------------------------------------------------------------------------------------------------------


def _python(resources: Sequence[Declared], export: Reference | None) -> str:
    secrets, named = _all_secrets(resources), _named(resources, export)
    kinds = {each.kind for each in resources}
    if any("modelFilterList" in each.properties for each in resources):
        kinds.add("ModelFilter")
    lines = ["import pulumi"] if secrets or export or _has_joined(resources) else []
    lines.append(_wrapped("from aicore_provider import ", sorted(kinds)))
    lines.append("")
    if secrets:
        lines.append("config = pulumi.Config()")
    for each in resources:
        arguments = [json.dumps(each.name), *_python_arguments(each)]
        variable = f"{_snake(each.name)} = " if each.name in named else ""
        lines.append(_wrapped_call(f"{variable}{each.kind}", arguments))
    if export:
        output = snake_case(export.output)
        lines.append(f"pulumi.export({json.dumps(output)}, {_snake(export.resource)}.{output})")
    return "\n".join(lines) + "\n"


def _python_arguments(each: Declared) -> list[str]:
    given = dict(each.properties)
    found = []
    configuration = given.get("configurationId")
    if each.kind == "AIDeployment" and isinstance(configuration, Reference):
        # Python's class takes the configuration, which tells the rest.
        given = {key: value for key, value in given.items() if not _is_of(value, configuration.resource)}
        found.append(f"configuration={_snake(configuration.resource)}")
    return found + [_python_argument(snake_case(key), value) for key, value in given.items()]


def _python_argument(name: str, value: Value) -> str:
    text = f"{name}={_python_value(value)}"
    if len(f"    {text},") <= _WIDTH or not isinstance(value, Mapping):
        return text
    items = (f"        {json.dumps(key)}: {_python_value(each)}," for key, each in value.items())
    return "\n".join([f"{name}={{", *items, "    }"])


def _is_of(value: Value, resource: str) -> bool:
    return isinstance(value, Reference) and value.resource == resource


def _python_value(value: Value) -> str:
    match value:
        case bool():
            return str(value)
        case str():
            return json.dumps(value)
        case Reference(resource, output):
            return f"{_snake(resource)}.{snake_case(output)}"
        case Secret(key):
            return f"config.require_secret({json.dumps(key)})"
        case Joined(parts):
            return f"pulumi.Output.concat({', '.join(map(_python_value, parts))})"
        case Mapping():
            return f"{{{', '.join(f'{json.dumps(key)}: {_python_value(each)}' for key, each in value.items())}}}"
        case _:
            items = [_python_filter(each) if isinstance(each, Mapping) else _python_value(each) for each in value]
            return f"[{', '.join(items)}]"


def _python_filter(value: Mapping[str, Value]) -> str:
    """Return a model of a filter: maps in a list are nothing else."""
    return f"ModelFilter({', '.join(map(_python_value, value.values()))})"


def _python_call(call: Call) -> str:
    arguments = [f"{snake_case(key)}={json.dumps(value)}" for key, value in call.arguments.items()]
    exported = snake_case(call.exported)
    return f"""\
import pulumi
import pulumi_{PACKAGE} as {PACKAGE}

{_wrapped_call(f"{call.name} = {PACKAGE}.{snake_case(call.function)}_output", arguments)}
pulumi.export({json.dumps(exported)}, {call.name}.{exported})
"""


def _snake(name: str) -> str:
    return to_snake(name.replace("-", "_"))


def _wrapped(start: str, names: Sequence[str]) -> str:
    line = start + ", ".join(names)
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{start}(", *(f"    {name}," for name in names), ")"])


def _wrapped_call(start: str, arguments: Sequence[str]) -> str:
    line = f"{start}({', '.join(arguments)})"
    return line if len(line) <= _WIDTH else "\n".join([f"{start}(", *(f"    {each}," for each in arguments), ")"])


# --- TypeScript -------------------------------------------------------------------------------------------------------


def _typescript(resources: Sequence[Declared], export: Reference | None) -> str:
    secrets, named = _all_secrets(resources), _named(resources, export)
    lines = [f'import * as {PACKAGE} from "@pulumi/{PACKAGE}";']
    if secrets or _has_joined(resources):
        lines.append('import * as pulumi from "@pulumi/pulumi";')
    lines.append("")
    if secrets:
        lines.append("const config = new pulumi.Config();")
    for each in resources:
        variable = f"const {_camel(each.name)} = " if each.name in named else ""
        lines.append(f"{variable}new {PACKAGE}.{each.kind}({json.dumps(each.name)}, {{")
        lines += [f"    {_key(key)}: {_typescript_value(value)}," for key, value in each.properties.items()]
        lines.append("});")
    if export:
        lines += ["", f"export const {export.output} = {_camel(export.resource)}.{export.output};"]
    return "\n".join(lines) + "\n"


def _typescript_value(value: Value) -> str:
    match value:
        case bool() | str():
            return json.dumps(value)
        case Reference(resource, output):
            return f"{_camel(resource)}.{output}"
        case Secret(key):
            return f"config.requireSecret({json.dumps(key)})"
        case Joined(parts):
            texts = (part if isinstance(part, str) else f"${{{_typescript_value(part)}}}" for part in parts)
            return f"pulumi.interpolate`{''.join(texts)}`"
        case Mapping():
            return f"{{ {', '.join(f'{_key(key)}: {_typescript_value(each)}' for key, each in value.items())} }}"
        case _:
            return f"[{', '.join(map(_typescript_value, value))}]"


def _typescript_call(call: Call) -> str:
    arguments = ", ".join(f"{key}: {json.dumps(value)}" for key, value in call.arguments.items())
    return f"""\
import * as {PACKAGE} from "@pulumi/{PACKAGE}";

const {call.name} = {PACKAGE}.{call.function}Output({{ {arguments} }});

export const {call.exported} = {call.name}.{call.exported};
"""


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key)


def _camel(name: str) -> str:
    return to_camel(name.replace("-", "_"))


# --- Go ---------------------------------------------------------------------------------------------------------------

_GO_IMPORT = f"example.com/pulumi-{PACKAGE}/sdk/go/{PACKAGE}"
_GO_PULUMI = "github.com/pulumi/pulumi/sdk/v3/go/pulumi"


def _go(resources: Sequence[Declared], export: Reference | None) -> str:
    secrets, named = _all_secrets(resources), _named(resources, export)
    body = ['cfg := config.New(ctx, "")'] if secrets else []
    for each in resources:
        new = f"{PACKAGE}.New{each.kind}(ctx, {json.dumps(each.name)}, &{PACKAGE}.{each.kind}Args{{"
        fields = _go_fields({_pascal(key): value for key, value in each.properties.items()})
        if each.name in named:
            body += [f"{_camel(each.name)}, err := {new}", *fields, "})", "if err != nil {", "\treturn err", "}"]
        else:
            body += [f"if _, err := {new}", *fields, "}); err != nil {", "\treturn err", "}"]
    if export:
        body.append(f'ctx.Export("{export.output}", {_go_value(export)})')
    return _go_program(body, needs_config=bool(secrets))


def _go_program(body: Sequence[str], *, needs_config: bool = False) -> str:
    imports = [_GO_IMPORT, _GO_PULUMI, *([f"{_GO_PULUMI}/config"] if needs_config else [])]
    lines = ["package main", "", "import (", *(f'\t"{each}"' for each in imports), ")", ""]
    lines += ["func main() {", "\tpulumi.Run(func(ctx *pulumi.Context) error {"]
    lines += [f"\t\t{line}" for line in body]
    lines += ["\t\treturn nil", "\t})", "}"]
    return "\n".join(lines) + "\n"


def _go_fields(fields: Mapping[str, Value]) -> list[str]:
    """Return the lines of a composite literal, aligned as gofmt aligns them."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def flush() -> None:
        width = max((len(key) for key, _ in run), default=0) + 1
        lines.extend(f"\t{f'{key}:':<{width}} {value}," for key, value in run)
        run.clear()

    for key, value in fields.items():
        text = _go_value(value)
        if "\n" in text:
            flush()
            first, *rest = text.splitlines()
            lines += [f"\t{key}: {first}", *(f"\t{line}" for line in rest[:-1]), f"\t{rest[-1]},"]
        else:
            run.append((key, text))
    flush()
    return lines


def _go_value(value: Value) -> str:
    match value:
        case bool():
            return f"pulumi.Bool({str(value).lower()})"
        case str():
            return f"pulumi.String({json.dumps(value)})"
        case Reference(resource, output):
            return f"{_camel(resource)}.{'ID()' if output == 'id' else _pascal(output)}"
        case Secret(key):
            return f"cfg.RequireSecret({json.dumps(key)})"
        case Joined(parts):
            form = "".join(part if isinstance(part, str) else "%s" for part in parts)
            outputs = [_go_value(part) for part in parts if not isinstance(part, str)]
            return f"pulumi.Sprintf({', '.join([json.dumps(form), *outputs])})"
        case Mapping():
            return "\n".join(
                ["pulumi.StringMap{", *_go_fields({json.dumps(key): each for key, each in value.items()}), "}"]
            )
        case [Mapping(), *_]:
            filters = [_go_filter(each) for each in value if isinstance(each, Mapping)]
            return "\n".join([f"{PACKAGE}.ModelFilterArray{{", *filters, "}"])
        case _:
            return f"pulumi.StringArray{{{', '.join(map(_go_value, value))}}}"


def _go_filter(value: Mapping[str, Value]) -> str:
    """Return a model of a filter as an item of a list: maps in a list are nothing else."""
    fields = _go_fields({_pascal(key): each for key, each in value.items()})
    return "\n".join(["\taicore.ModelFilterArgs{", *(f"\t{line}" for line in fields), "\t},"])


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _go_call(call: Call) -> str:
    pascal = _pascal(call.function)
    fields = _go_fields({_pascal(key): value for key, value in call.arguments.items()})
    exported = _pascal(call.exported)
    body = [
        f"{call.name} := {PACKAGE}.{pascal}Output(ctx, {PACKAGE}.{pascal}OutputArgs{{",
        *fields,
        "})",
        f'ctx.Export("{call.exported}", {call.name}.{exported}())',
    ]
    return _go_program(body)


_OF_RESOURCES: Mapping[str, Callable[[Sequence[Declared], Reference | None], str]] = {
    "Python": _python,
    "YAML": _yaml,
    "TypeScript": _typescript,
    "Go": _go,
}
_OF_FUNCTIONS: Mapping[str, Callable[[Call], str]] = {
    "Python": _python_call,
    "YAML": _yaml_call,
    "TypeScript": _typescript_call,
    "Go": _go_call,
}
