"""`Session`: everything that a process knows and uses while it serves one stack. Every call of a kind gets it."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.credentials import Credentials, find_credentials, find_resource_group, service_url
from aicore_provider.api.errors import AICoreError, CredentialsError, StackServiceError, WrongServiceError
from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.api.resource_groups import ResourceGroupMissing
from aicore_provider.api.types import Execution, ExecutionSchedule, IdentifiedObject, ResourceGroup
from aicore_provider.background import begin
from aicore_provider.catalog.source import Catalogs
from aicore_provider.clock import SystemClock
from aicore_provider.kinds.availability import Availability
from aicore_provider.kinds.call import Call, Host
from aicore_provider.kinds.index import StateIndex, group_key
from aicore_provider.kinds.model_checks import ModelChecks
from aicore_provider.kinds.parallelism import Turns, default_parallelism
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.rules import Rules, read_rules
from aicore_provider.kinds.values import text
from aicore_provider.lifecycle.context import Context, PostLocks
from aicore_provider.lifecycle.shared_list import Listed, SharedList, shared
from aicore_provider.lifecycle.watcher import DeploymentWatcher

if TYPE_CHECKING:
    from aicore_provider.catalog.catalog import Catalog
    from aicore_provider.lifecycle.limits import Limits

Object = TypeVar("Object")
Identified = TypeVar("Identified", bound=IdentifiedObject)
CHECK_WHERE = "Check id and resource group, and that the credentials are those of its tenant."
"""What to do about an object that a program only looks at, and that does not exist."""


class Session:
    """One client of one service, and what was learned of one state. Safe for many threads."""

    def __init__(
        self,
        client: AICore | AICoreError,
        *,
        host: Host,
        limits: Limits,
        rules: Callable[[], Rules],
        environment: Mapping[str, str],
        pinned_url: str | None = None,
    ) -> None:
        """Begin; sends nothing.

        An error in place of a client is raised by the call that needs one. `rules` reads the rules, for which it may
        raise an `AICoreError`; it is called when they are needed, and after the first read of an object. In
        `environment`, as `os.environ`, the resource group of an object that names none is looked up. `pinned_url` is
        the stack's `aicore:baseUrl`; None where it has none.
        """
        self.host = host
        self.limits = limits
        self._rules = _Once(rules)
        self.index: StateIndex = StateIndex()
        self.availability: Availability = Availability()
        self.models: ModelChecks = ModelChecks(
            self.catalog, self._rules, lambda: self.client.today, host, is_awaited=self._is_awaited
        )
        clock = client.clock if isinstance(client, AICore) else SystemClock()
        self.turns: Turns = Turns(self._declared, environment, clock.now, default_parallelism())
        self._client = client
        self._environment = environment
        self._pinned_url = pinned_url
        self._catalogs = Catalogs(client, host.warn) if isinstance(client, AICore) else None
        self._watchers: dict[str, DeploymentWatcher] = {}
        self._lists: dict[str, SharedList[Any]] = {}
        self._groups = SharedList(self._list_groups, clock)
        self._collections: dict[str, Collection[Any]] = {}
        self._post_locks = PostLocks()
        self._told: set[str] = set()
        self._asked_ahead = False
        self._lock = threading.Lock()

    @property
    def client(self) -> AICore:
        """The client of the service.

        Raises:
            CredentialsError: there are no credentials.
            WrongServiceError: they are for another service than the stack's.
        """
        if isinstance(self._client, AICoreError):
            raise self._client
        return self._client

    @property
    def rules(self) -> Rules:
        """What the stack's configuration says about the checks.

        Raises:
            AICoreError: a key about the checks has a value that is not allowed.
        """
        return self._rules()

    def _declared(self) -> frozenset[str]:
        return frozenset(each.name for each in self.rules.plan)

    def info_once(self, line: str) -> None:
        """Show a line once in a session, although an engine may ask for the same difference several times."""
        if self._is_new(line):
            self.host.info(line)

    def announce_once(self, line: str) -> None:
        """Show a line at the stack, once in a session: one about objects of a kind, and no single one."""
        if self._is_new(line):
            self.host.announce(line)

    def _is_new(self, line: str) -> bool:
        with self._lock:
            is_new = line not in self._told
            self._told.add(line)
        return is_new

    # --- where objects live -------------------------------------------------------------------------------------------

    def home(self, what: str, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the inputs `resource_group` and `service_url`.

        An existing object stays in its resource group unless the program names another one. With `aicore:checks: off`
        missing credentials are no error here, so that a preview without refresh needs no service; then `service_url`
        may be left out. `what` names the object in texts; `olds` are the inputs in the state, empty for a new object.

        Raises:
            CredentialsError: there are no credentials.
            WrongServiceError: they are for another service than the stack's, or than that of the object in the state.
        """
        group = news.get("resource_group") or olds.get("resource_group") or find_resource_group(self._environment)
        return {"resource_group": group, **self.service(what, olds)}

    def service(self, what: str, olds: Properties) -> dict[str, Any]:
        """Return the input `service_url`, for an object that is in no resource group; otherwise as `home`."""
        recorded = text(olds, "service_url")
        if isinstance(self._client, CredentialsError) and not self.rules.is_on:
            there = recorded or self._pinned_url
            return {"service_url": there} if there else {}
        here = ServiceIdentity(self.client.url)
        here.require(what, ServiceIdentity.recorded(recorded))
        # Version 0.1.0 recorded other spellings of the same address. They stay, or they would look like a change.
        return {"service_url": recorded or here.url}

    def require_home(self, what: str, outputs: Properties) -> None:
        """Make sure that an object of the state lives on the service and tenant of this session.

        `what` names the object in texts.

        Raises:
            WrongServiceError: it does not, so that no answer of this service says anything about it.
        """
        recorded = ServiceIdentity.recorded(text(outputs, "service_url"), text(outputs, "tenant"))
        # First without the tenant, which a token tells: with wrong credentials there would be none.
        ServiceIdentity(self.client.url).require(what, recorded)
        if recorded.tenant:
            self.client.identity.require(what, recorded)

    @contextmanager
    def reading(self, call: Call, key: str, what: str, outputs: Properties) -> Iterator[None]:
        """Read one object of the state in this block.

        Notes its entry, and makes sure that it lives here. When the service does not answer, one read tries and the
        others fail with it. An error that the block raises passes through. The index knows the object by `key`; `what`
        names it in texts.

        Raises:
            WrongServiceError: it lives on another service or tenant, so that no answer of this one says anything of it.
            ServiceUnreachable: another read got no answer; the block is not run.
        """
        with self.index.reading(call.urn, key, is_lookup=call.is_lookup), self.availability.reading():
            self.require_home(what, outputs)
            yield
        self._rules.begin()

    # --- what there is at the service ---------------------------------------------------------------------------------

    def context(self, resource_group: str) -> Context:
        """Return what `reconcile` and `observe` need in one resource group. All calls share its watcher."""
        client = self.client
        with self._lock:
            if resource_group not in self._watchers:
                deployments = client.deployments(resource_group)
                self._watchers[resource_group] = DeploymentWatcher(
                    deployments.list, client.clock, pace=self.limits.pace
                )
            watcher = self._watchers[resource_group]
        return Context(
            client,
            resource_group,
            watcher,
            post_locks=self._post_locks,
            limits=self.limits,
            interrupted=self.host.interrupted,
            report=self._report,
        )

    def _report(self, waits_for: str) -> None:
        self.host.progress(waits_for)
        if advice := self.turns.advice():
            self.host.announce(advice)

    def catalog(self, resource_group: str) -> Catalog:
        """Return the model catalogue of one resource group, which is requested once for each session.

        With the first, those of all other groups that are known are requested at the same time.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            AICoreError: the catalogue cannot be read.
        """
        if self._catalogs is None:
            _ = self.client
        assert self._catalogs is not None  # noqa: S101  (else there is no client, which is raised above)
        with self._lock:
            ahead = self._expected_groups() if not self._asked_ahead else set()
            self._asked_ahead = True
        self._catalogs.fetch_ahead(ahead - {resource_group})
        return self._catalogs.of(resource_group)

    def fetch_catalog_ahead(self, resource_group: str) -> None:
        """Begin to request the catalogue of a resource group that was just made, if the stack file uses it."""
        if self._catalogs and self.rules.is_on and any(e.resource_group == resource_group for e in self.rules.plan):
            self._catalogs.fetch_ahead([resource_group])

    def _expected_groups(self) -> set[str]:
        """The resource groups of the stack file, and those in which deployments were read.

        The engine checks one resource after another.
        """
        planned = {each.resource_group for each in self.rules.plan}
        return {each for each in planned if not self._is_awaited(each)} | set(self._watchers)

    def _is_awaited(self, resource_group: str) -> bool:
        """Whether this stack has to make a group first, or waits for it, as far as is known."""
        is_new = resource_group in self.rules.groups and self.index.holder(group_key(resource_group)) is None
        return is_new or self.index.is_unready(resource_group)

    def _list_groups(self, asked_at: float) -> Listed[ResourceGroup]:
        return Listed(asked_at, {each.id: each for each in self.client.resource_groups.list()})

    @property
    def fresh(self) -> float:
        """The time after which a list must have been requested to be new enough where nothing was changed since."""
        return self.client.clock.now() - self.limits.fresh_for_s

    def listed(self, collection: Collection[Identified]) -> SharedList[Listed[Identified]]:
        """Return the list of a collection, which all calls of this process share."""
        with self._lock:
            if collection.key not in self._lists:
                self._lists[collection.key] = shared(collection, self.client.clock)
                self._collections[collection.key] = collection
            return self._lists[collection.key]

    def listed_group(self, resource_group: str) -> ResourceGroup | None:
        """Return a resource group from the list of all, which all calls of this process share; None if it is not there.

        A list may lag behind, so that need not mean that there is none.

        Raises:
            AICoreError: the list cannot be read.
        """
        return self._groups.look_after_writes(self.fresh).objects.get(resource_group)

    def note_group_write(self) -> None:
        """Note that a resource group was made, changed or deleted, so that the list is requested again."""
        self._groups.note_write()

    def post_lock(self, key: str) -> AbstractContextManager[object]:
        """Return a lock for POSTs with the same content, which a call holds until it knows the id."""
        return self._post_locks.hold(key)

    def find_surely(self, find: Callable[[], Object | None]) -> Object | None:
        """Return an object of the state; None when two looks in a row agree, since one may have met a faulty replica.

        `find` looks once, and returns None when the service says that there is no such object.
        """
        if (found := find()) is not None:
            return found
        self.client.clock.sleep(self.limits.poll_interval.after(0), self.host.interrupted)
        return find()

    def require_resource_group(self, resource_group: str) -> None:
        """Make sure that a resource group exists, as far as that can be found out.

        Raises:
            ResourceGroupMissing: the service says that there is none.
        """
        try:
            self.catalog(resource_group)
        except ResourceGroupMissing:
            raise
        except AICoreError:
            return

    def not_there(self, what: str, resource_group: str) -> AICoreError:
        """Return the error for an object that the program gets with `.get()` and that does not exist.

        `what` is the object, such as `deployment d1`.
        """
        nothing = AICoreError(f"There is no {what} in {resource_group} on {self.client.url}.\n{CHECK_WHERE}")
        return self.client.resource_groups.explain(resource_group, nothing)

    def warn_of_orphans(self) -> None:
        """Warn of what is on a configuration of this stack and whose id the state does not hold.

        Those are deployments; and where this process has used their list, schedules, and executions that have not ended
        and that no schedule has started. Does nothing unless this process has read the whole state.
        """
        if not self.index.has_all():
            return
        for group, configurations in self.index.configurations.items():
            with self._looking_for_orphans(group):
                there = self.context(group).watcher.look_after_writes().deployments.values()
                self._warn_of("deployment", group, configurations, [d for d in there if not d.is_being_deleted])
        for each in list(self._collections.values()):
            if each.kind in (Execution, ExecutionSchedule):
                group = str(each.resource_group)
                with self._looking_for_orphans(group):
                    found = self.listed(each).look_after_writes().objects.values()
                    noun = "execution" if each.kind is Execution else "execution schedule"
                    open_ = [one for one in found if not (isinstance(one, Execution) and one.is_over)]
                    self._warn_of(noun, group, self.index.configurations.get(group, frozenset()), open_)

    @contextmanager
    def _looking_for_orphans(self, group: str) -> Iterator[None]:
        try:
            yield
        except AICoreError as error:
            # This command may have deleted the group; the others are looked at all the same.
            self.host.debug(f"no orphans were looked for in resource group {group}: {error}")

    def _warn_of(self, noun: str, group: str, configurations: frozenset[str], there: Iterable[Any]) -> None:
        # The index knows a deployment by its id, and others by a path that ends with it.
        held = {key.rsplit("/", 1)[-1] for key in self.index.held}
        advice = (
            "`aicore-provider orphans` tells which."
            if noun == "deployment"
            else "Delete it at the service if nobody needs it, or manage it with `take_over`."
        )
        for each in there:
            if each.configuration_id in configurations and each.id not in held:
                self.host.warn(
                    f"{noun} {each.id} ({each.status}) in resource group {group} is on configuration "
                    f"{each.configuration_id} of this stack, and this command has not met it in the state: left over "
                    f"from an interrupted run, made by hand, or left out by --target. {advice}"
                )


class _Once:
    """The rules, which are read once, in the background. Safe for many threads.

    That takes a tenth of a second, which costs nothing while the engine starts the program after a refresh.
    """

    def __init__(self, read: Callable[[], Rules]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._outcome: Future[Rules] | None = None

    def __call__(self) -> Rules:
        return self.begin().result()

    def begin(self) -> Future[Rules]:
        """Begin to read them, and return at once."""
        with self._lock:
            if self._outcome is None:
                self._outcome = begin(self._read)
            return self._outcome


def open_session(
    config: Callable[[str], str | None], stack: str, environment: Mapping[str, str], host: Host, limits: Limits
) -> Session:
    """Open a session for the service of a stack; sends nothing.

    When there are no credentials, or they are for another service than the stack's, the call that needs them raises.
    `config` returns a value of the stack's configuration, decrypted, by its key such as `aicore:baseUrl`; the name
    `stack` is "" when unknown.
    """
    rules = functools.partial(read_rules, config, stack)
    client: AICore | AICoreError
    pinned_url = None
    try:
        pinned = config("aicore:baseUrl")
        pinned_url = service_url(pinned, "The stack's aicore:baseUrl") if pinned else None
        credentials = _find_credentials(environment, config("aicore:serviceKey"), pinned_url)
        host.debug(f"credentials from {credentials.source}, for {credentials.base_url}")
        client = AICore(credentials, timeouts=limits.requests, retries=limits.retries, interrupted=host.interrupted)
    except (CredentialsError, WrongServiceError) as error:
        client = error
    return Session(client, host=host, limits=limits, rules=rules, environment=environment, pinned_url=pinned_url)


def _find_credentials(environment: Mapping[str, str], service_key: str | None, pinned_url: str | None) -> Credentials:
    """Return the credentials of the environment, or else those of the stack.

    The environment comes first, because a refresh or destroy sees the stack's configuration of the last `up`, in which
    a service key may be out of date. Raises a CredentialsError when there are none, or they are incomplete, and a
    StackServiceError when they are for another service than the stack's.
    """
    found = find_credentials(environment, service_key)
    if pinned_url and pinned_url != found.base_url:
        raise StackServiceError(
            f"The stack's aicore:baseUrl is {pinned_url}, the credentials from {found.source} are for {found.base_url}."
            "\nNothing was changed. Use the credentials of the stack's service."
        )
    return found
