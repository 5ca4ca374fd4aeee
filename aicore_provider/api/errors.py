"""The errors of the client.

Their texts are shown in the output of `pulumi up`: one to three lines that say what failed, on which object, what the
service said, and what to do next. `retryable` says whether another try may succeed, and `maybe_committed` whether the
service may have carried out the request without a good answer, as with a 5xx.

`ServiceMessage.decode` accepts error bodies of several forms: gateways answer in plain text, the token endpoint in the
form of OAuth, some services without the `error` wrapper, and `requestId` has three spellings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from http import HTTPStatus
from typing import Any

from aicore_provider.json_document import read_json

_LONGEST_TEXT = 600
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class AICoreError(Exception):
    """Root of every error that this package raises for a reason outside itself. `str()` is a text for people."""

    def __init__(self, text: str, *, maybe_committed: bool = False, retryable: bool = False) -> None:
        super().__init__(text)
        self.maybe_committed = maybe_committed
        self.retryable = retryable

    @property
    def first_line(self) -> str:
        """What failed, without what to do next."""
        return str(self).partition("\n")[0]


@dataclass(eq=False, repr=False)
class RequestError(AICoreError):
    """One request, method and path, did not succeed.

    `attempts` is how often it was sent and how long that took, such as ` (5 tries in 12 s)`; "" when it was sent once.
    """

    request: str
    _: KW_ONLY
    maybe_committed: bool = False
    retryable: bool = False
    attempts: str = ""


class CredentialsError(AICoreError):
    """Credentials are missing, incomplete or unreadable. Raised before any request is made."""


class WrongServiceError(AICoreError):
    """An object of the state is on another service or tenant, or in another resource group, than the call is for."""


class StackServiceError(WrongServiceError):
    """The credentials are for another service than the stack's `aicore:baseUrl`."""


class TokenUnavailable(AICoreError):
    """The token endpoint did not answer, after its own retries."""


class NotSent(RequestError):
    """The user interrupted the command while the request waited to be sent."""

    def __str__(self) -> str:
        return f"{self.request} was not sent: interrupted."


@dataclass(eq=False, repr=False)
class ConnectionFailed(RequestError):
    """No usable answer arrived: the connection failed, broke, or was too slow."""

    cause: str
    _: KW_ONLY
    retryable: bool = True
    next_step = "Check the network and the service's URL, then run the command again."

    def __str__(self) -> str:
        to_do = "The service may have carried this out all the same." if self.maybe_committed else self.next_step
        return f"{self.request} failed: {self.cause}{self.attempts}\n{to_do}"


class ProxyFailed(ConnectionFailed):
    """The proxy refused the connection, or cannot be reached."""

    next_step = "Nothing was sent. Check HTTPS_PROXY, ALL_PROXY and NO_PROXY, then run the command again."


@dataclass(frozen=True)
class ServiceMessage:
    """The content of an error body, whatever its form.

    `code` has 8 digits, and is "" from gateways; `request_id` is for a ticket, and "" when the service told none. When
    the body has AI Core's own form, and not that of a gateway, `is_from_service` is True.
    """

    code: str = ""
    text: str = ""
    request_id: str = ""
    is_from_service: bool = False

    @classmethod
    def decode(cls, body: str, redact: Callable[[str], str] = str) -> ServiceMessage:
        """Read an error body; never raises."""

        def short(text: str) -> str:
            # Secrets are taken out first: of a shortened text half a secret might be left.
            return shortened(redact(text), _LONGEST_TEXT)

        try:
            document = read_json(body)
        except ValueError:
            document = None
        if not isinstance(document, Mapping):
            return cls(text=short(body))
        error = document.get("error") or document
        if not isinstance(error, Mapping):
            return cls(code=short(str(error)), text=short(str(document.get("error_description") or error)))
        code, text = _first(error, "code"), _first(error, "message")
        return cls(
            code=short(code),
            text=short(text or body),
            request_id=short(_first(error, "requestId", "request_id", "requestID")),
            is_from_service=bool(code and text),
        )


@dataclass(eq=False, repr=False)
class ServiceError(RequestError):
    """The service, or a gateway in front of it, answered with an error.

    It asked to wait `retry_after` seconds before the next try, unless that is None.
    """

    status: int
    message: ServiceMessage
    _: KW_ONLY
    retry_after: float | None = None
    next_step = ""

    @property
    def text(self) -> str:
        """The text of the service, or else the meaning of the status."""
        return self.message.text or _PHRASES.get(self.status, "no reason given")

    @property
    def facts(self) -> str:
        """The same with status, code and request id."""
        facts = [f"HTTP {self.status}"]
        facts += [f"code {self.message.code}"] if self.message.code else []
        facts += [f"request id {self.message.request_id}"] if self.message.request_id else []
        return f"{self.text} ({', '.join(facts)})"

    def __str__(self) -> str:
        what = f"{self.request} was refused{self.attempts}: {self.facts}"
        return f"{what}\n{self.next_step}" if self.next_step else what


class InvalidRequest(ServiceError):
    """400: the service does not accept what was sent."""


class Unauthorized(ServiceError):
    """401: also after a fresh token."""

    next_step = "Check that the credentials belong to this service instance (client id, auth URL and base URL)."


class Forbidden(ServiceError):
    """403: the resource group is missing, not provisioned yet or deleted, or the plan does not cover the call."""

    next_step = "Check the resource group's name and that it is provisioned, and that the service plan covers this."


class NotFound(ServiceError):
    """404."""


class WrongState(ServiceError):
    """409, 412, or 400 with code 01010076: the object's status does not allow this now. Observe it again."""


class TooManyRequests(ServiceError):
    """429."""

    next_step = "The service limits requests; run the command again in a minute."


class ServiceUnavailable(ServiceError):
    """5xx."""

    next_step = "The service has trouble; run the command again later."


class UnexpectedAnswer(AICoreError):
    """A success whose body is not what the contract says, or a redirect, which is never followed."""

    def __init__(self, text: str, *, maybe_committed: bool = False) -> None:
        super().__init__(text if "\n" in text else f"{text}\n{_ELSE}", maybe_committed=maybe_committed)


class WrongEndpoint(UnexpectedAnswer):
    """An answer that something else than the service has given, or that sends to another address."""


_ELSE = "Run the command again. If that does not help, check the URL: something else than AI Core may answer there."
_WRONG_STATE_CODE = "01010076"
_BY_STATUS: dict[int, type[ServiceError]] = {
    HTTPStatus.BAD_REQUEST: InvalidRequest,
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: WrongState,
    HTTPStatus.PRECONDITION_FAILED: WrongState,
    HTTPStatus.TOO_MANY_REQUESTS: TooManyRequests,
}


def error_class(status: int, code: str) -> type[ServiceError]:
    """Return the class of error for a status and a code. Messages do not count, since they vary."""
    if status == HTTPStatus.BAD_REQUEST and code == _WRONG_STATE_CODE:
        return WrongState
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceUnavailable
    return _BY_STATUS.get(status, ServiceError)


def _first(document: Mapping[str, Any], *keys: str) -> str:
    return next((str(document[key]) for key in keys if document.get(key) not in (None, "")), "")


def shortened(text: str, longest: int) -> str:
    """The text in one line of at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
