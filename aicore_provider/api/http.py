"""One request to the service: address, token, time-outs, retries, errors.

This module retries requests; it does not wait for objects. A GET is sent again after any failure that may be temporary.
A request that changes something is sent again only when the service cannot have carried it out: there was no
connection, the token was refused, or the service answered 429. In all other cases the caller has to look at the object
before it acts again, unless it says that the request is idempotent.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import os
import random
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import (
    AICoreError,
    ConnectionFailed,
    CredentialsError,
    ProxyFailed,
    RequestError,
    ServiceError,
    ServiceMessage,
    TokenUnavailable,
    TooManyRequests,
    Unauthorized,
    UnexpectedAnswer,
    WrongEndpoint,
    error_class,
)
from aicore_provider.api.naming import LONGEST_ID, is_id
from aicore_provider.api.no_answer import NoAnswer
from aicore_provider.api.redaction import Redaction, secrets_of
from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
from aicore_provider.api.throttle import RetryBudget, Throttle
from aicore_provider.api.token import TokenSource, is_sendable
from aicore_provider.api.transport import SUCCESS, Answer, Transport
from aicore_provider.clock import Clock, SystemClock, utc_now
from aicore_provider.json_document import read_json

_TIMEOUTS = RequestTimeouts()
_RETRIES = RetryPolicy()
_NO_HEADERS: Mapping[str, str] = {}
_NOT_PROCESSED = frozenset({429})
_RETRYABLE = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 307, 308})
_REFUSED = (400, 401, 403)
"""Statuses with which a token endpoint refuses credentials (RFC 6749, 5.2), or something in front of it."""
_TOKEN_PART = 16
"""Characters of a part of a token; a shorter one may stand in other texts."""


class Http:
    """Sends requests to one service with one client's credentials. Safe for many threads.

    `redact` takes the secrets that this client uses out of a text.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Clock | None = None,
        timeouts: RequestTimeouts = _TIMEOUTS,
        retries: RetryPolicy = _RETRIES,
        random_share: Callable[[], float] = random.random,
        interrupted: threading.Event | None = None,
    ) -> None:
        """Make a client, with the real clock by default; sends nothing.

        Once `interrupted` is set, no wait goes on, and nothing is tried again, but with a new token what a 401 has
        refused. `random_share` returns a number between 0 and 1, for jitter.

        Raises:
            CredentialsError: the client certificate cannot be used.
        """
        self._credentials = credentials
        self.clock: Clock = clock or SystemClock()
        self._transport = Transport(credentials, self.clock, timeouts)
        self._retries = retries
        self._random_share = random_share
        self.interrupted: threading.Event = interrupted or threading.Event()
        self._throttle = Throttle(self.clock, retries.longest_wait_s)
        self._retry_budget = RetryBudget(retries.budget)
        self._service_time: tuple[dt.datetime, float] | None = None
        self.redact: Redaction = Redaction(secrets_of(credentials, os.environ))
        self._tokens = TokenSource(self._fetch_token, self.clock)

    @property
    def url(self) -> str:
        """The API's address without version."""
        return self._credentials.base_url

    @property
    def tenant(self) -> str:
        """Identity zone of the token; "" when it tells none. Fetches a token when there is none."""
        return self._tokens.get().tenant

    @property
    def now(self) -> dt.datetime:
        """The service's time in UTC: that of its latest answer, plus the time since. Without an answer, this machine's.

        Models retire by the service's date, and this machine's clock may be wrong.
        """
        if self._service_time is None:
            return utc_now()
        told, at = self._service_time
        with contextlib.suppress(OverflowError):  # after the year 9999
            return told + dt.timedelta(seconds=self.clock.now() - at)
        return told

    def request(
        self,
        method: str,
        path: str,
        *,
        resource_group: str | None = None,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        idempotent: bool = False,
    ) -> Any:
        """Send one request and return the decoded JSON of its answer (None for an empty one).

        The path is below `/v2`, such as `/lm/deployments`; the body is sent as JSON. Other headers than that of the
        resource group are in `headers`. An `idempotent` request is sent again also when the service may have carried it
        out.

        Raises:
            AICoreError: the resource group is not valid, and could add a header or change the path.
            ServiceError: the service refused; the subclass tells the kind.
            ConnectionFailed: no usable answer.
            UnexpectedAnswer: a redirect, or a success that is no JSON or too large.
            CredentialsError: the token endpoint refused the credentials.
            TokenUnavailable: the token endpoint did not answer.
        """
        return self._with_retries(
            lambda: self._authorized(
                method,
                path,
                resource_group,
                lambda: self._throttle.sending(f"{method} {path}", self.interrupted),
                headers=headers,
                params=params,
                json=body,
                idempotent=idempotent,
            )
        )

    def ask(self, method: str, path: str, *, resource_group: str, body: object = None) -> None:
        """Send one request to what runs behind the service, once, and drop the answer of a success, whatever its form.

        It is not sent again, but with a fresh token; and a 429 holds no other request back, since it is not the API
        that answers. The path is below `/v2` and may have a query. Raises as `request` does.
        """
        self._authorized(method, path, resource_group, contextlib.nullcontext, json=body, reads=False)

    def _authorized(
        self,
        method: str,
        path: str,
        resource_group: str | None,
        sending: Callable[[], contextlib.AbstractContextManager[None]],
        headers: Mapping[str, str] = _NO_HEADERS,
        **options: Any,
    ) -> Any:
        """Send one request with a token; once more with a fresh one, where the token was refused.

        Each is sent in the block of `sending`.
        """
        if resource_group and not (resource_group.isascii() and is_id(resource_group)):
            raise AICoreError(
                f"{resource_group[:80]!r} can be no resource group; nothing was sent.\n"
                "Correct the name (resource_group in a program, resourceGroup in a stack file, AICORE_RESOURCE_GROUP)."
            )
        sent_headers = {**headers, **({"AI-Resource-Group": resource_group} if resource_group else {})}

        def send() -> Any:
            token = self._tokens.get()

            def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
                request.headers["Authorization"] = f"Bearer {token.value}"
                return request

            with sending():
                return self._exchange(
                    method,
                    f"{self._credentials.base_url}/v2{path}",
                    label=f"{method} {path}",
                    # No header: requests would prefer a `.netrc` entry for the host to it.
                    auth=authorize,
                    headers=sent_headers,
                    on_unauthorized=lambda: self._tokens.discard(token),
                    **options,
                )

        with contextlib.suppress(Unauthorized):
            return send()
        return send()  # once more, with the fresh token that the discarded one makes room for

    def _fetch_token(self) -> Mapping[str, Any]:
        form = {"grant_type": "client_credentials", "client_id": self._credentials.client_id}
        if self._credentials.client_secret:
            form["client_secret"] = self._credentials.client_secret

        def send() -> Any:
            return self._exchange(
                "POST",
                self._credentials.auth_url,
                label=f"POST {self._credentials.auth_url}",
                data=form,
                # Without any auth object, requests would add a `.netrc` entry for the host to these credentials.
                auth=lambda request: request,
                # A token request changes nothing, so it may be sent again like a GET.
                idempotent=True,
            )

        try:
            answer = self._with_retries(send)
        except RequestError as error:
            # Id and secret may be swapped: what is said of the id is hidden like the secret.
            hide_id = Redaction([self._credentials.client_id])
            if not isinstance(error, ServiceError) or error.retryable:
                raise TokenUnavailable(hide_id(f"No access token: {error}"), retryable=True) from None
            if error.status not in _REFUSED:
                raise WrongEndpoint(
                    f"POST {self._credentials.auth_url} is answered by no token endpoint (HTTP {error.status}).\n"
                    "Check the auth URL: it must be the `url` of the service key."
                ) from None
            said = "no reason given" if error.text.startswith("<") else hide_id(error.text)
            raise CredentialsError(
                f"The token endpoint refused the credentials from {self._credentials.source}: {said} "
                f"(HTTP {error.status}).\n"
                f"Check client id and secret for {self._credentials.auth_url}; a rotated key must be set anew."
            ) from None
        if not isinstance(answer, Mapping) or not answer.get("access_token"):
            raise WrongEndpoint(
                f"POST {self._credentials.auth_url} answered without an access token.\n"
                "Check the auth URL: it must be the `url` of the service key."
            )
        if not is_sendable(answer["access_token"]):
            raise UnexpectedAnswer(
                f"POST {self._credentials.auth_url} answered with an access token that cannot be sent: "
                "it is too long, or has other characters than visible ones of ASCII."
            )
        tokens = [value for key, value in answer.items() if key.endswith("_token") and is_sendable(value)]
        # Also in parts: some services show a JWT as its header, payload and signature.
        self.redact.add(*tokens, *(part for token in tokens for part in token.split(".") if len(part) >= _TOKEN_PART))
        return answer

    def _with_retries(self, send: Callable[[], Any]) -> Any:
        started, attempt = self.clock.now(), 0
        while True:
            attempt += 1
            try:
                answer = send()
            except RequestError as error:
                if self._is_sent_again(error, attempt):
                    self.clock.sleep(self._wait_s(attempt, error), self.interrupted)
                    if not self.interrupted.is_set():
                        continue
                if attempt > 1:
                    error.attempts = f" ({attempt} tries in {self.clock.now() - started:.0f} s)"
                raise
            self._retry_budget.give_back()
            return answer

    def _is_sent_again(self, error: RequestError, attempt: int) -> bool:
        if not error.retryable or attempt >= self._retries.attempts or self.interrupted.is_set():
            return False
        # The throttle sees to it that the service can bear those that it has refused with 429.
        return isinstance(error, TooManyRequests) or self._retry_budget.take()

    def _wait_s(self, attempt: int, error: RequestError) -> float:
        policy = self._retries
        asked = error.retry_after if isinstance(error, ServiceError) else None
        own = policy.first_wait_s * policy.factor ** (attempt - 1)
        own *= 1 + policy.jitter * self._random_share()
        return min(policy.longest_wait_s, own if asked is None else asked)

    def _exchange(
        self,
        method: str,
        url: str,
        *,
        label: str,
        idempotent: bool = False,
        reads: bool = True,
        on_unauthorized: Callable[[], None] = lambda: None,
        **options: Any,
    ) -> Any:
        """One request on the wire; every failure becomes an error of ours that knows whether it may be retried.

        Without `reads` the body of a success is not looked at.
        """
        changes = method != "GET" and not idempotent
        try:
            answer = self._transport.send(method, url, **options)
        except NoAnswer as failure:
            maybe_committed = changes and failure.was_sent
            failed = ProxyFailed if failure.by_proxy else ConnectionFailed
            raise failed(
                label,
                self.redact(failure.cause),
                maybe_committed=maybe_committed,
                retryable=failure.retryable and not maybe_committed,
            ) from None
        if (told := _moment(answer.headers.get("Date", ""))) is not None:
            self._service_time = told, self.clock.now()
        if answer.status >= HTTPStatus.BAD_REQUEST:
            if answer.status == HTTPStatus.UNAUTHORIZED:
                on_unauthorized()
            raise _service_error(label, answer, self.redact, changes=changes)
        if answer.status not in SUCCESS:
            raise _not_followed(label, url, answer, changes=changes)
        if not reads:
            return None
        if not answer.is_whole:
            raise UnexpectedAnswer(
                f"{label} answered with more than can be right; it was not read.", maybe_committed=changes
            )
        if not answer.text:
            return None
        try:
            return read_json(answer.text)
        except ValueError:
            raise WrongEndpoint(
                f"{label} answered HTTP {answer.status} with something that is not JSON.\n{_advice_about(url)}",
                maybe_committed=changes,
            ) from None


def path_to(collection: str, id_: str) -> str:
    """Return the path of one object, such as `/lm/deployments/d1a2b3c4`. Programs, states and answers supply ids.

    Raises:
        AICoreError: the id would change the path.
    """
    if not is_id(id_):
        raise AICoreError(
            f"{id_[:LONGEST_ID]!r} can be no id in {collection}; nothing was sent.\n"
            "See where it comes from: the program, the stack's state, or an answer of the service."
        )
    return f"{collection}/{quote(id_, safe='')}"


def _service_error(label: str, answer: Answer, redact: Callable[[str], str], *, changes: bool) -> ServiceError:
    message = ServiceMessage.decode(answer.text, redact)
    return error_class(answer.status, message.code)(
        label,
        answer.status,
        message,
        retry_after=_retry_after(answer.headers),
        maybe_committed=changes and answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        retryable=answer.status in (_NOT_PROCESSED if changes else _RETRYABLE),
    )


def _advice_about(url: str) -> str:
    host = urlsplit(url).netloc
    return f"Check the URL of the service: something else than AI Core may answer at {host}."


def _not_followed(label: str, url: str, answer: Answer, *, changes: bool) -> WrongEndpoint:
    """Return the error for an answer that is neither a success nor an error, such as a redirect."""
    if answer.status in _REDIRECTS:
        what = f"was redirected (HTTP {answer.status}), which is never followed"
    else:
        what = f"answered HTTP {answer.status}, which is neither success nor refusal"
    # These redirects say that the request was not carried out here.
    return WrongEndpoint(
        f"{label} {what}.\n{_advice_about(url)}", maybe_committed=changes and answer.status not in _REDIRECTS
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of `Retry-After`, a number or a date. A date counts from the answer's own `Date`."""
    asked = headers.get("Retry-After", "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    until, answered = _moment(asked), _moment(headers.get("Date", ""))
    return max(0.0, (until - answered).total_seconds()) if until and answered else None


def _moment(text: str) -> dt.datetime | None:
    """A date of HTTP in UTC, to which any other zone is converted; None for anything else."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        # -0000 makes one without a zone, which means UTC as well.
        return moment.replace(tzinfo=moment.tzinfo or dt.timezone.utc).astimezone(dt.timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
