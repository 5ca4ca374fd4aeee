"""The emulator as an HTTP server in this process.

It is a Flask application on werkzeug's threaded server, with our own handler of connections (`connection.py`).
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.callers import is_loopback, normal_name
from aicore_provider.emulator.connection import TIMEOUT_S, Connections, Settings, handler_of
from aicore_provider.emulator.faults import Faults
from aicore_provider.emulator.gateway import Gateway
from aicore_provider.emulator.interventions import CascadeUpdate, Deprecate, Kill, Retire
from aicore_provider.emulator.journal import JournalEntry
from aicore_provider.emulator.limits import DEFAULT_LIMITS, ServerLimits
from aicore_provider.emulator.overview import secret_digests
from aicore_provider.emulator.pace import Pacing
from aicore_provider.emulator.routes import tenant_application, unprotected_application
from aicore_provider.emulator.service import DEFAULT_GROUP
from aicore_provider.emulator.state_file import StateFile
from aicore_provider.emulator.tenants import FIRST, named_tenants
from aicore_provider.emulator.tokens import DEFAULT_LIFETIME_S, Tokens
from aicore_provider.emulator.wall_clock import SystemWallClock, WallClock

HOST = "127.0.0.1"
TENANT_ID = "e0000000-0000-4000-8000-000000000000"


class CannotListen(Exception):
    """The port cannot be used: another process listens on it, or it is reserved."""


class Emulator:
    """An emulated AI Core tenant with its authorization server.

    Args:
        transition_seconds: from POST or PATCH to RUNNING. Stopping and deleting take a part of it. With 0, everything
            happens at once.
        state: a file that keeps all objects over restarts; None: they are kept in memory.
        clock: by default that of this machine.
        faults: fault rules, see `aicore_provider.emulator.faults`.
        pace: a clock for each transition, see `aicore_provider.emulator.pace`.
        tenant_id: the claim `zid` in tokens of the client `emulator`.
        tenants: names of further tenants; client id and secret of each are its name.
        default_orchestration: every tenant begins with a running orchestration deployment in the resource group
            `default`, as after SAP's onboarding.
        token_seconds: life time of a token.
        allowed_hosts: further host names and addresses, without a port, that clients may use, besides the one that it
            listens on and those of the loopback interface; see `aicore_provider.emulator.callers`.
        limits: of requests, see `aicore_provider.emulator.limits`.
        verbose: print a line on stderr for each request.

    Raises:
        StateFileError: the state file cannot be used.
        InvalidFaults: `faults` does not have the required form.
        InvalidPace: `pace` does not have the required form.
    """

    def __init__(
        self,
        *,
        transition_seconds: float = 2.0,
        state: Path | str | None = None,
        clock: WallClock | None = None,
        faults: Sequence[Any] = (),
        pace: Mapping[str, Any] | None = None,
        tenant_id: str = TENANT_ID,
        tenants: Sequence[str] = (),
        default_orchestration: bool = False,
        token_seconds: int = DEFAULT_LIFETIME_S,
        allowed_hosts: Sequence[str] = (),
        limits: ServerLimits = DEFAULT_LIMITS,
        verbose: bool = False,
    ) -> None:
        if transition_seconds < 0:
            raise ValueError("transition_seconds is negative")
        pacing = Pacing(transition_seconds, pace)
        rules = Faults(faults, lambda: self._backend.clock.now())  # noqa: PLW0108  (the backend is made below)
        self._tenants = named_tenants(tenant_id, tenants)
        self._backend = Backend(
            self._tenants,
            None if state is None else StateFile(Path(state)),
            clock or SystemWallClock(),
            rules,
            pacing,
            default_orchestration=default_orchestration,
            journal_bytes=limits.journal_bytes,
        )
        tokens = Tokens(self._tenants, self._backend.clock, token_seconds)
        self._gateway = Gateway(
            self._backend,
            tokens,
            unprotected_application(self._backend, tokens),
            {each: tenant_application(service, each) for each, service in self._backend.services.items()},
        )
        self._allowed_hosts = tuple(allowed_hosts)
        self._limits = limits
        self._verbose = verbose
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._connections = Connections(limits.connections)

    @classmethod
    @contextlib.contextmanager
    def running(cls, *, port: int = 0, host: str = HOST, **settings: Any) -> Iterator[Emulator]:
        """A running emulator, stopped at the end of the block. `settings` are the arguments of the class.

        Raises:
            CannotListen: the port cannot be used.
        """
        emulator = cls(**settings)
        try:
            emulator.start(port, host)
            yield emulator
        finally:
            emulator.stop()

    def start(self, port: int = 0, host: str = HOST) -> None:
        """Listen on a port of an interface. Port 0 picks a free one.

        Raises:
            CannotListen: the port cannot be used.
        """
        own_names = frozenset({host, *self._allowed_hosts})
        settings = Settings(self._connections, self._limits, self._backend.clock, own_names, self._verbose)
        with socket.socket(_family(host), socket.SOCK_STREAM) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                # werkzeug would end the process when the port is in use.
                listening.bind((host, port))
                listening.listen(128)
            except (OSError, UnicodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "it can be no name of a host"
                raise CannotListen(f"cannot listen on {_authority(host, port)}: {why}") from None
            self._server = make_server(
                host, port, self._gateway, threaded=True, request_handler=handler_of(settings), fd=listening.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, name="aicore-emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, close all connections and the state file."""
        if self._server is not None and self._thread is not None:
            ending = threading.Thread(target=self._server.shutdown)
            ending.start()
            # The thread sees the request to stop after half a second, or at the next connection.
            with (
                contextlib.suppress(OSError),
                socket.create_connection((self._server.host, self._server.port), TIMEOUT_S),
            ):
                ending.join()
            self._thread.join()
            self._connections.close_all()
        self._backend.close()

    @property
    def url(self) -> str:
        """Where it listens, without `/v2`."""
        if self._server is None:
            raise RuntimeError("the emulator is not running")
        return f"http://{_authority(self._server.host, self._server.port)}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        if self._server is None:
            raise RuntimeError("the emulator is not running")
        return is_loopback(normal_name(str(self._server.server_address[0])))

    def environment(self, tenant: str = FIRST) -> dict[str, str]:
        """The environment variables with which a client of a tenant finds this emulator.

        Args:
            tenant: its name, which is its client id.
        """
        (client,) = (each for each in self._tenants if each.client_id == tenant)
        return {
            "AICORE_BASE_URL": self.url,
            "AICORE_AUTH_URL": self.url,
            "AICORE_CLIENT_ID": client.client_id,
            "AICORE_CLIENT_SECRET": client.client_secret,
            "AICORE_RESOURCE_GROUP": DEFAULT_GROUP,
        }

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock on."""
        with self._backend.lock:
            self._backend.advance(seconds)

    def cascade_update(
        self,
        deployment_id: str | None = None,
        *,
        model: str | None = None,
        version: str | None = None,
        to_model: str | None = None,
        to_version: str | None = None,
    ) -> list[str]:
        """Let the service switch deployments by itself. The arguments are those of `interventions.CascadeUpdate`.

        Returns:
            The ids of these deployments.

        Raises:
            pydantic.ValidationError: neither or both of deployment_id and model.
            Refusal: the deployment is not there or in another status, or the version is not offered.
        """
        intervention = CascadeUpdate(
            deployment_id=deployment_id, model=model, version=version, to_model=to_model, to_version=to_version
        )
        with self._backend.at_present():
            return [record.id for record in intervention.carry_out(self._backend)]

    def kill(self, deployment_id: str, *, status_details: Mapping[str, Any] | None = None) -> None:
        """Let a deployment die.

        Raises:
            Refusal: it is not there, or not alive.
        """
        with self._backend.at_present():
            Kill(status_details=dict(status_details or {})).carry_out(self._backend, deployment_id)

    def deprecate(
        self,
        model: str,
        *,
        version: str | None = None,
        executable_id: str | None = None,
        retires_in_days: int | None = None,
        suggested_replacements: Sequence[str] | None = None,
    ) -> None:
        """Let SAP announce the retirement of a model. The other arguments are those of `interventions.Deprecate`.

        Raises:
            Refusal: it is not offered.
        """
        intervention = Deprecate(
            version=version,
            executable_id=executable_id,
            retires_in_days=retires_in_days,
            suggested_replacements=None if suggested_replacements is None else list(suggested_replacements),
        )
        with self._backend.lock:
            intervention.carry_out(self._backend, model)

    def retire(self, model: str, *, version: str | None = None, executable_id: str | None = None) -> None:
        """Remove a model, or a version of it, from the catalogue. Running deployments go on.

        Raises:
            Refusal: it is not offered.
        """
        with self._backend.lock:
            Retire(version=version, executable_id=executable_id).carry_out(self._backend, model)

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The fault rules in force. Assigning replaces all, and starts their counters again."""
        return self._backend.faults.as_json()

    @faults.setter
    def faults(self, rules: Sequence[Any]) -> None:
        self._backend.faults.replace(rules)

    @property
    def pace(self) -> dict[str, Any]:
        """The pace in force. An assigned pace applies to later operations."""
        return self._backend.pacing.as_json()

    @pace.setter
    def pace(self, pace: Mapping[str, Any]) -> None:
        with self._backend.lock:
            self._backend.pacing.replace(pace)

    @property
    def journal(self) -> list[JournalEntry]:
        """The requests so far, oldest first."""
        return self._backend.journal.entries()

    @property
    def secret_digests(self) -> list[dict[str, Any]]:
        """What `GET /_emulator/secrets` answers: each object with secret values, and their digests by name.

        An item has `tenant`, `kind`, `scope`, `name` and `digests`; a digest is the SHA-256 of a value in hexadecimal
        digits. The scope is a resource group, `*` for a tenant-wide secret, or None.
        """
        with self._backend.at_present():
            return secret_digests(self._backend)

    def clear_journal(self) -> None:
        """Empty the journal."""
        self._backend.journal.clear()


def _family(host: str) -> socket.AddressFamily:
    """The address family of a host; IPv4 for a name that has both."""
    try:
        found = {each[0] for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        # Listening there fails later, with the reason.
        found = set()
    return socket.AF_INET6 if found == {socket.AF_INET6} else socket.AF_INET


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
