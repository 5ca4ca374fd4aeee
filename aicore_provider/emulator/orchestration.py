"""A stub of both versions of orchestration. Each request names the model that answers it [docs].

Requests, answers and streams have the shape of SAP's specification "Orchestration v2", and of the older one for version
1 [spec]. Of a request only its configuration and its model are checked: the model must be offered for orchestration and
be allowed by the `modelFilterList` of the deployment [docs]. The texts about models are documented; those about a
missing property were reported by users, and their details are guesses. The modules of a list are tried in order [docs].
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from aicore_provider.emulator.catalog import LATEST, ORCHESTRATION
from aicore_provider.emulator.errors import DocumentRefusal, not_found
from aicore_provider.emulator.inference import Document, Serving, chat
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import any_json

_PLACEHOLDER = re.compile(r"\{\{\s*\?([\w-]+)\s*\}\}")


@dataclass(frozen=True)
class _Form:
    """The names of properties in one version of the API.

    Attributes:
        config: the configuration in a request.
        modules: the modules in the configuration.
        model: the path from there to the model.
        name: of the model, in the model.
        version: of the model, in the model.
        template: the path from there to the messages.
        values: the values for the placeholders of messages, in a request.
        steps: the results of the modules in an answer.
        result: the result of all modules in an answer.
        failed: how texts of errors begin.
    """

    config: str
    modules: str
    model: tuple[str, ...]
    name: str
    version: str
    template: tuple[str, ...]
    values: str
    steps: str
    result: str
    failed: str


_FIRST = _Form(
    "orchestration_config",
    "module_configurations",
    ("llm_module_config",),
    "model_name",
    "model_version",
    ("templating_module_config", "template"),
    "input_params",
    "module_results",
    "orchestration_result",
    "",
)
_SECOND = _Form(
    "config",
    "modules",
    ("prompt_templating", "model"),
    "name",
    "version",
    ("prompt_templating", "prompt", "template"),
    "placeholder_values",
    "intermediate_results",
    "final_result",
    "400 - Request Body: ",
)
FORMS: Mapping[str, _Form] = {"completion": _FIRST, "v2/completion": _SECOND}


@dataclass(frozen=True)
class _Call:
    """One request."""

    form: _Form
    request_id: str
    sent: Document

    def refused(self, *texts: str, are_many: bool = False) -> DocumentRefusal:
        """400 in the form of this version, with a list of errors when a list of modules was sent."""
        errors = [self.failure(f"{self.form.failed}{text}") for text in texts]
        if self.form is _FIRST:
            document: Document = {**errors[0], self.form.steps: {}}
        else:
            document = {"error": errors if are_many else errors[0]}
        return DocumentRefusal(HTTPStatus.BAD_REQUEST, texts[-1], document)

    def failure(self, text: str) -> Document:
        """One error."""
        return {
            "request_id": self.request_id,
            "code": int(HTTPStatus.BAD_REQUEST),
            "message": text,
            "location": "Request Body",
        }

    def required(self, within: Any, key: str, where: str) -> Any:
        """The value of a required property.

        Raises:
            DocumentRefusal: `within` is no object, or does not have the property.
        """
        at = f" - '{where}'" if where else ""
        if not isinstance(within, dict):
            raise self.refused(f"{within!r:.80} is not of type 'object'{at}")
        if key not in within:
            raise self.refused(f"'{key}' is a required property{at}")
        return within[key]


def answer(
    service: Service, group: str, serving: Serving, operation: str, sent: Document, request_id: str
) -> Document | list[Document]:
    """Answer a request for a completion.

    Args:
        service: the emulated service.
        group: resource group of the deployment.
        serving: the deployment.
        operation: the rest of the path.
        sent: the body.
        request_id: of the request.

    Returns:
        The answer, or the events of a stream.

    Raises:
        Refusal: there is no such path, the request is incomplete, or its model is not available.
    """
    form = FORMS.get(operation)
    if form is None:
        raise not_found(f"{ORCHESTRATION} has no {operation}; the emulator answers {', '.join(FORMS)}")
    call = _Call(form, request_id, sent)
    config = call.required(sent, form.config, "")
    modules = call.required(config, form.modules, form.config)
    choices = modules if isinstance(modules, list) and modules and form is _SECOND else [modules]
    allowed = _Filter.of(service.configuration(group, serving.configuration_id).parameters)
    failed: list[str] = []
    for module in choices:
        name, version = _model(call, module)
        concrete = _concrete(service, name, version)
        if concrete is None or not allowed.allows(service, name, version):
            failed.append(f"Model {name} not supported.")
            continue
        # The version as the request names it; none for a model without versions.
        chosen = replace(serving, model=name, version=version if concrete else "")
        said = chat(chosen, {"stream": _is_streamed(config)}, int(service.now()))
        failures = {"intermediate_failures": [call.failure(text) for text in failed]} if failed else {}
        steps = {"templating": list(_messages(call, module))}
        if isinstance(said, list):
            return list(_events(call, said, steps, failures))
        return {"request_id": request_id, form.steps: {**steps, "llm": said}, form.result: said, **failures}
    raise call.refused(*failed, are_many=choices is modules)


def _model(call: _Call, module: Any) -> tuple[str, str]:
    """Name and version of the model that a module configuration asks for."""
    where = f"{call.form.config}.{call.form.modules}"
    found = module
    for key in call.form.model:
        found = call.required(found, key, where)
        where = f"{where}.{key}"
    name = call.required(found, call.form.name, where)
    version = found.get(call.form.version) or LATEST
    for key, value in ((call.form.name, name), (call.form.version, version)):
        if not isinstance(value, str):
            raise call.refused(f"{value!r:.80} is not of type 'string' - '{where}.{key}'")
    return name, version


def _concrete(service: Service, model: str, version: str) -> str | None:
    """The version that `version` stands for, "" for a model without versions; None: not offered for orchestration."""
    found = (
        service.catalog.resolve(executable_id, model, version)
        for (executable_id, name), document in service.catalog.models.items()
        if name == model and any(each["scenarioId"] == ORCHESTRATION for each in document["allowedScenarios"])
    )
    return next((each for each in found if each is not None), None)


@dataclass(frozen=True)
class _Filter:
    """The models that a deployment allows.

    Attributes:
        listed: versions by model, empty for all versions; None: all models are allowed.
        is_allowing: whether only the listed models are allowed, or all but these.
    """

    listed: Mapping[str, frozenset[str]] | None
    is_allowing: bool

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> _Filter:
        """Read it from the parameters of a configuration. An invalid list restricts nothing [guess]."""
        items = any_json(parameters.get("modelFilterList", "").encode())
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            return cls(None, is_allowing=True)
        listed = {
            # The documentation uses both spellings.
            str(each.get("modelName")): frozenset(
                map(str, _as_list(each.get("modelVersions", each.get("modelVersion"))))
            )
            for each in items
        }
        return cls(listed, parameters.get("modelFilterListType") != "deny")

    def allows(self, service: Service, model: str, version: str) -> bool:
        """Whether a model may be used. `latest` counts also as the version that it stands for [guess]."""
        if self.listed is None:
            return True
        entries = (executable_id for executable_id, name in service.catalog.models if name == model)
        names = {version, *(service.catalog.resolve(each, model, version) for each in entries)}
        versions = self.listed.get(model)
        is_listed = versions is not None and (not versions or not versions.isdisjoint(names))
        return is_listed is self.is_allowing


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _is_streamed(config: Document) -> bool:
    stream = config.get("stream")
    return stream is True or (isinstance(stream, dict) and stream.get("enabled") is True)


def _messages(call: _Call, module: Any) -> Iterator[Any]:
    """The prompt: the history, then the template with its placeholders replaced."""
    history, values = call.sent.get("messages_history"), call.sent.get(call.form.values)
    found = module
    for key in call.form.template:
        found = found.get(key) if isinstance(found, dict) else None
    known = values if isinstance(values, dict) else {}
    yield from history if isinstance(history, list) else []
    for message in found if isinstance(found, list) else []:
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            filled = _PLACEHOLDER.sub(lambda match: str(known.get(match[1], match[0])), message["content"])
            yield {**message, "content": filled}
        else:
            yield message


def _events(call: _Call, chunks: list[Document], steps: Document, failures: Document) -> Iterator[Document]:
    """The events of a stream. The results of the modules before the model are in its first event [guess]."""
    for number, chunk in enumerate(chunks):
        before, failed = (steps, failures) if number == 0 else ({}, {})
        # Only the last chunk has a finish reason; in the others it is empty [field].
        choices = [{**each, "finish_reason": each["finish_reason"] or ""} for each in chunk["choices"]]
        result = {**chunk, "choices": choices}
        yield {
            "request_id": call.request_id,
            call.form.steps: {**before, "llm": result},
            call.form.result: result,
            **failed,
        }
