"""Faults as data: what fails, for which requests, deployments or resource groups, and how often.

Faults are a list of rules, in JSON or as Python dictionaries. There are five kinds:

**Request rules** have an `effect`. They match by `method`, by `path` (a glob over the whole path such as
`/v2/lm/deployments*`; `*` also matches slashes), by `resourceGroup` (the header) and by `model` (a glob; the model of
the configuration that the request sends, or names by its id or that of a deployment). An absent key matches everything.
`after` skips the first n matching requests, `times` limits how many are hit, `probability` hits each of the others with
that chance, drawn from a generator with the rule's `seed`; `allowedPerSecond` lets so many pass in any second. For each
request the rules are tried in their order. The effects of all rules that hit are combined, until a rule hits whose
effect is the answer itself (`status`, `drop`): the rules after it are not tried. So with `[{429, times 1}, {503, times
1}]` the first request gets the 429 and the second one the 503.

    {"method": "POST", "path": "/v2/lm/deployments", "times": 1, "effect": {"drop": "afterCommit"}}
    {"path": "/v2/lm/*", "effect": {"status": 429, "headers": {"Retry-After": "1"}, "body": "slow down"}}
    {"allowedPerSecond": 10, "effect": {"status": 429}}
    {"effect": {"latencySeconds": 0.2}}                     {"effect": {"staleListSeconds": 5}}
    {"after": 3, "times": 1, "effect": {"expireToken": true}}

**Outcome rules** decide how a create or a switch of a deployment, or a create of an execution ends. `executableId`,
`model`, `version` and `configurationName` are globs; `version` is compared with the version that the configuration asks
for; `resourceGroup`, `times`, `probability` and `seed` are as above. The first rule that hits decides, when the
operation is accepted.

    {"model": "gpt-5*", "outcome": "DEAD", "after": "switch", "statusDetails": {"reason": "no quota"}, "logs": ["boom"]}

**Provisioning rules** have the outcome `ERROR`: the provisioning of a resource group fails. `resourceGroup` is a glob
over its id; `times`, `probability` and `seed` are as above.

    {"resourceGroup": "team-*", "outcome": "ERROR", "statusMessage": "no capacity"}

**Rules of repositories and applications** have the outcome `ERROR` as well, and a glob `repositoryName` or
`applicationName`: onboarding, or a sync, fails. `times`, `probability` and `seed` are as above.

    {"repositoryName": "*", "outcome": "ERROR", "times": 1}
    {"applicationName": "models-*", "outcome": "ERROR", "syncStatus": "OutOfSync", "statusMessage": "bad template"}

**Switches** of the whole service: quotas such as `{"deploymentQuota": 3}` (`QuotaRule`), and
`{"refusePatchInDead": true}`.

Unknown keys are errors. Faults do not apply to `/_emulator`.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from aicore_provider.emulator import execution_machine
from aicore_provider.emulator.applications import SyncProblem
from aicore_provider.emulator.machine import Fate
from aicore_provider.emulator.validation import StrictModel, describe, refuse_null
from aicore_provider.emulator.wall_clock import MOST_SECONDS

MAX_STALE_S = 600.0
"""The largest `staleListSeconds`; the store keeps old versions for that long."""

HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
HeaderValue = Annotated[str, Field(pattern=r"^[\t\x20-\x7e\xa0-\xff]*$")]

Commit = Literal["beforeCommit", "afterCommit"]
Operation = Literal["create", "switch"]
QuotaKind = Literal[
    "application", "deployment", "docker_registry_secret", "executable", "repository", "resource_group", "secret"
]


class InvalidFaults(ValueError):
    """The rules do not have the required form; the text says where."""


class Effect(StrictModel):
    """What a rule does to a request.

    Attributes:
        latency_seconds: wait that long first.
        status: answer with this HTTP status instead of asking the service.
        headers: headers of that answer.
        body: of that answer: text is sent as text/plain, anything else as JSON.
        after_commit: carry out the operation first, then send that answer.
        drop: close the connection without an answer, before or after the operation is carried out.
        expire_token: the token of this request counts as expired from now on.
        stale_list_seconds: lists show what they showed that many seconds ago.
    """

    latency_seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)] = 0.0
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    body: Any = None
    after_commit: bool = False
    drop: Commit | None = None
    expire_token: bool = False
    stale_list_seconds: Annotated[float, Field(ge=0, le=MAX_STALE_S)] = 0.0

    @model_validator(mode="after")
    def _consistent(self) -> Effect:
        if self.status is not None and self.drop is not None:
            raise ValueError("status and drop exclude each other")
        if self.status is None and (self.headers or self.body is not None or self.after_commit):
            raise ValueError("headers, body and afterCommit need a status")
        if not self.model_fields_set:
            raise ValueError("the effect is empty")
        return self

    @property
    def answers(self) -> bool:
        """Whether it replaces the answer of the service, or leaves it out."""
        return self.status is not None or self.drop is not None


class _Counted(StrictModel):
    """A rule that can be limited to some of what it matches.

    Attributes:
        times: the most it hits; None: no limit.
        probability: the chance with which it hits each match.
        seed: of the generator of random numbers for that.
    """

    times: Annotated[int, Field(ge=1)] | None = None
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    seed: int = 0


CountedRule = TypeVar("CountedRule", bound=_Counted)
Otherwise = TypeVar("Otherwise", bound=int | None)


class RequestRule(_Counted):
    """A fault of requests. `after` skips the first so many matches, `allowed_per_second` so many in any second."""

    effect: Effect
    method: str | None = None
    path: str | None = None
    resource_group: str | None = None
    model: str | None = None
    after: Annotated[int, Field(ge=0)] = 0
    allowed_per_second: Annotated[int, Field(ge=1)] | None = None

    def matches(self, method: str, path: str, resource_group: str | None, model: str | None) -> bool:
        """Whether the rule applies to a request."""
        return (
            (self.method is None or self.method.upper() == method)
            and (self.path is None or fnmatchcase(path, self.path))
            and (self.resource_group is None or self.resource_group == resource_group)
            and (self.model is None or fnmatchcase(model or "", self.model))
        )


class OutcomeRule(_Counted):
    """A fault of deployments and executions: how a create or a switch ends, if not in RUNNING or COMPLETED."""

    outcome: Literal["DEAD", "PENDING", "UNKNOWN"]
    resource_group: str | None = None
    executable_id: str | None = None
    model: str | None = None
    version: str | None = None
    configuration_name: str | None = None
    after: Literal["create", "switch", "both"] = "both"
    status_details: dict[str, Any] = Field(default_factory=dict)
    logs: list[str] = Field(default_factory=list)

    def matches(
        self, operation: Operation, resource_group: str, executable_id: str, model: str, version: str, name: str
    ) -> bool:
        """Whether the rule applies to an operation."""
        globs = (
            (self.executable_id, executable_id),
            (self.model, model),
            (self.version, version),
            (self.configuration_name, name),
        )
        return (
            self.after in ("both", operation)
            and self.resource_group in (None, resource_group)
            and all(glob is None or fnmatchcase(text, glob) for glob, text in globs)
        )


class ProvisioningRule(_Counted):
    """A fault of resource groups: provisioning ends in ERROR.

    Attributes:
        resource_group: a glob over the id.
        status_message: what GET shows from then on.
    """

    outcome: Literal["ERROR"]
    resource_group: str | None = None
    status_message: str = "Onboarding has failed."


_Quota = Annotated[int, Field(ge=0)]


class QuotaRule(StrictModel):
    """How many objects of a kind a tenant may have.

    The deployment quota counts stopped deployments as well. Deployments and resource groups count until they are gone,
    and the resource group `default` counts. The secret quota is that of the main tenant, and that of tenant-wide
    secrets. The executable quota is that of serving templates, and that of workflow templates.
    """

    application_quota: _Quota | None = None
    deployment_quota: _Quota | None = None
    docker_registry_secret_quota: _Quota | None = None
    executable_quota: _Quota | None = None
    repository_quota: _Quota | None = None
    resource_group_quota: _Quota | None = None
    secret_quota: _Quota | None = None

    _not_null = field_validator("*", mode="before")(refuse_null)

    def of(self, kind: QuotaKind) -> int | None:
        """The quota of a kind; None: this rule does not set it."""
        found: int | None = getattr(self, f"{kind}_quota")
        return found


class OnboardingRule(_Counted):
    """A fault of repositories: onboarding ends in ERROR.

    Attributes:
        repository_name: a glob.
    """

    outcome: Literal["ERROR"]
    repository_name: str


class SyncRule(_Counted):
    """A fault of applications: a sync fails.

    Attributes:
        application_name: a glob over the name without the prefix of the service.
        sync_status: what the status shows from then on.
        status_message: likewise.
    """

    outcome: Literal["ERROR"]
    application_name: str
    sync_status: Literal["OutOfSync", "Unknown"] = "OutOfSync"
    status_message: str = "one or more objects failed to apply"


class PatchInDeadRule(StrictModel):
    """PATCH configurationId is refused in DEAD. The contract says so; SAP's documentation says that it is accepted."""

    refuse_patch_in_dead: bool


_QUOTAS = tuple(sorted(to_camel(name) for name in QuotaRule.model_fields))


def _kind(rule: Any) -> str | None:
    if isinstance(rule, BaseModel):
        return type(rule).__name__
    if isinstance(rule, Mapping):
        if rule.get("outcome") == "ERROR":
            by_key = {"applicationName": SyncRule, "repositoryName": OnboardingRule}
            return next((by_key[key] for key in by_key if key in rule), ProvisioningRule).__name__
        for key, kind in (
            ("effect", RequestRule),
            ("outcome", OutcomeRule),
            ("refusePatchInDead", PatchInDeadRule),
            *((key, QuotaRule) for key in _QUOTAS),
        ):
            if key in rule:
                return kind.__name__
    return None


Rule: TypeAlias = RequestRule | OutcomeRule | ProvisioningRule | OnboardingRule | SyncRule | QuotaRule | PatchInDeadRule
_RULES: TypeAdapter[list[Rule]] = TypeAdapter(
    list[
        Annotated[
            Annotated[RequestRule, Tag("RequestRule")]
            | Annotated[OutcomeRule, Tag("OutcomeRule")]
            | Annotated[ProvisioningRule, Tag("ProvisioningRule")]
            | Annotated[OnboardingRule, Tag("OnboardingRule")]
            | Annotated[SyncRule, Tag("SyncRule")]
            | Annotated[QuotaRule, Tag("QuotaRule")]
            | Annotated[PatchInDeadRule, Tag("PatchInDeadRule")],
            Discriminator(
                _kind,
                custom_error_type="rule",
                custom_error_message=f"a rule has one of: effect, outcome, {', '.join(_QUOTAS)}, refusePatchInDead",
            ),
        ]
    ]
)


@dataclass(frozen=True)
class AppliedFaults:
    """All that the rules do to one request."""

    latency_s: float = 0.0
    expire_token: bool = False
    stale_list_s: float = 0.0
    answer: Effect | None = None

    @property
    def drop(self) -> Commit | None:
        """Whether the connection is closed, and when; None: it is not."""
        return None if self.answer is None else self.answer.drop

    @property
    def replaces(self) -> Commit | None:
        """Whether the answer of the service is replaced, and when; None: it is not."""
        if self.answer is None or self.answer.status is None:
            return None
        return "afterCommit" if self.answer.after_commit else "beforeCommit"


class _Trigger:
    """Counts what a rule matches, and decides which of it the rule hits."""

    def __init__(self, rule: _Counted, now: Callable[[], float]) -> None:
        self._now = now
        self._left = rule.times
        self._skip = rule.after if isinstance(rule, RequestRule) else 0
        self._allowed = rule.allowed_per_second if isinstance(rule, RequestRule) else None
        self._passed: deque[float] = deque()
        self._probability = rule.probability
        self._random = random.Random(rule.seed)  # noqa: S311 - repeatable, not secret

    def hits(self) -> bool:
        """Count a match, and return whether it is hit."""
        if self._skip:
            self._skip -= 1
            return False
        if self._allowed is not None and self._passes(self._allowed):
            return False
        if self._left == 0 or self._random.random() >= self._probability:
            return False
        if self._left is not None:
            self._left -= 1
        return True

    def _passes(self, allowed: int) -> bool:
        now = self._now()
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) >= allowed:
            return False
        self._passed.append(now)
        return True


class Faults:
    """The rules in force, with their counters."""

    def __init__(self, rules: Sequence[Any] = (), now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self.replace(rules)

    def replace(self, rules: Any) -> None:
        """Put other rules in force. All counters start again.

        Raises:
            InvalidFaults: the rules are invalid. The old ones stay in force.
        """
        try:
            parsed = _RULES.validate_python(rules)
        except ValidationError as error:
            raise InvalidFaults(describe(error)) from None
        with self._lock:
            self._rules = parsed
            self._counted = [(rule, _Trigger(rule, self._now)) for rule in parsed if isinstance(rule, _Counted)]

    def as_json(self) -> list[dict[str, Any]]:
        """The rules in force, in the form in which they are given."""
        return [rule.model_dump(mode="json", by_alias=True, exclude_unset=True) for rule in self._rules]

    def hit(self, method: str, path: str, resource_group: str | None, model: Callable[[], str | None]) -> AppliedFaults:
        """Count a request, and return what happens to it.

        Args:
            method: of the request.
            path: of the request, without query.
            resource_group: the value of its header, or None.
            model: returns the model that it is about; called only when a rule names a model.
        """
        latency, expire, stale = 0.0, False, 0.0
        # Called before our lock is taken: it takes the lock of the backend, under which `fate` takes ours.
        subject = model() if any(isinstance(rule, RequestRule) and rule.model for rule in self._rules) else None
        with self._lock:
            for rule, trigger in self._counted:
                if not isinstance(rule, RequestRule):
                    continue
                if not rule.matches(method, path, resource_group, subject) or not trigger.hits():
                    continue
                latency += rule.effect.latency_seconds
                expire |= rule.effect.expire_token
                stale = max(stale, rule.effect.stale_list_seconds)
                if rule.effect.answers:
                    return AppliedFaults(latency, expire, stale, rule.effect)
        return AppliedFaults(latency, expire, stale)

    def fate(
        self, operation: Operation, resource_group: str, executable_id: str, model: str, version: str, name: str
    ) -> Fate:
        """Count a create or a switch of a deployment, and return how it will end. `name` is the configuration's."""
        rule = self._first_hit(
            OutcomeRule, lambda each: each.matches(operation, resource_group, executable_id, model, version, name)
        )
        return Fate() if rule is None else Fate(rule.outcome, rule.status_details, tuple(rule.logs))

    def execution_fate(self, resource_group: str, executable_id: str, name: str) -> execution_machine.Fate:
        """Count a create of an execution, and return how it will end. `name` is the configuration's."""
        rule = self._first_hit(
            OutcomeRule, lambda each: each.matches("create", resource_group, executable_id, "", "", name)
        )
        if rule is None:
            return execution_machine.Fate()
        return execution_machine.Fate(rule.outcome, rule.status_details, tuple(rule.logs))

    def provisioning_error(self, resource_group: str) -> str | None:
        """Count the creation of a resource group, and return the message with which its provisioning fails.

        Args:
            resource_group: its id.

        Returns:
            None when provisioning succeeds.
        """
        rule = self._first_hit(ProvisioningRule, lambda each: fnmatchcase(resource_group, each.resource_group or "*"))
        return None if rule is None else rule.status_message

    def onboarding_fails(self, repository_name: str) -> bool:
        """Count the onboarding of a repository, and return whether it will fail."""
        rule = self._first_hit(OnboardingRule, lambda each: fnmatchcase(repository_name, each.repository_name))
        return rule is not None

    def sync_problem(self, application_name: str) -> SyncProblem | None:
        """Count a sync of an application, and return why it will fail; None: no rule says so."""
        rule = self._first_hit(SyncRule, lambda each: fnmatchcase(application_name, each.application_name))
        return None if rule is None else SyncProblem(rule.sync_status, rule.status_message)

    def _first_hit(self, kind: type[CountedRule], matches: Callable[[CountedRule], bool]) -> CountedRule | None:
        with self._lock:
            for rule, trigger in self._counted:
                if isinstance(rule, kind) and matches(rule) and trigger.hits():
                    return rule
        return None

    def quota(self, kind: QuotaKind, otherwise: Otherwise) -> int | Otherwise:
        """How many objects of a kind a tenant may have; `otherwise` where no rule sets it."""
        return next(
            (found for rule in self._rules if isinstance(rule, QuotaRule) and (found := rule.of(kind)) is not None),
            otherwise,
        )

    @property
    def patch_in_dead(self) -> bool:
        """Whether PATCH configurationId is accepted in DEAD."""
        refused = (rule.refuse_patch_in_dead for rule in self._rules if isinstance(rule, PatchInDeadRule))
        return not next(refused, False)
