"""`Collection`: the objects of one kind below one path. They are alike in how they are created, read and deleted."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from aicore_provider.api.decoding import decode, decode_list
from aicore_provider.api.errors import Forbidden, InvalidRequest, NotFound, UnexpectedAnswer
from aicore_provider.api.http import Http, path_to
from aicore_provider.api.naming import is_id
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.types import IdentifiedObject

_PAGE = 10_000
"""The contract's default of `$top` below `/lm`; its maximum is 100,000."""
_MOST_PAGES = 100

Object = TypeVar("Object", bound=IdentifiedObject)


@dataclass(frozen=True)
class Collection(Generic[Object]):
    """The objects of one kind, in one resource group or in none.

    Attributes:
        kind: the class of the objects.
        path: below `/v2`, such as `/admin/secrets`.
        resource_group: None for objects of the tenant.
        headers: of every request, besides that of the resource group.
        patch_headers: of a PATCH besides these.
        is_paged: whether a list must be asked for page by page.
        is_prefixed: whether the service puts something of its own and a dash before the ids that it tells. Then only
            `get` and `find` return the id, and `prefix_of` tells what stands before those of a list.
    """

    http: Http
    kind: type[Object]
    path: str
    resource_group: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    patch_headers: Mapping[str, str] = field(default_factory=dict)
    is_paged: bool = False
    is_prefixed: bool = False

    @property
    def key(self) -> str:
        """What tells it from all other collections of the same service."""
        return f"{self.path} {sorted(self.headers.items())} {self.resource_group}"

    def get(self, id_: str) -> Object:
        """Return one object.

        Raises:
            NotFound: there is none, or it is not visible yet.
            UnexpectedAnswer: it cannot be read, or has another id, so that the wrong object would be used.
        """
        found = self._get(id_)
        is_other = found.id not in ("", id_) and not (self.is_prefixed and found.id.endswith(f"-{id_}"))
        if is_other:
            path = path_to(self.path, id_)
            raise UnexpectedAnswer(f"GET {path} answered about another object, {self.http.redact(found.id)}.")
        # The contract lets the service leave the name out.
        return found.model_copy(update={"id": id_})

    def find(self, id_: str) -> Object | None:
        """Return one object; None when the service itself says that it, or its resource group, does not exist.

        Raises:
            AICoreError: the service does not tell.
        """
        try:
            return self.get(id_)
        except (Forbidden, NotFound) as refusal:
            if self.resource_group:
                ResourceGroups(self.http).confirm_object_absent(self.resource_group, refusal)
                return None
            if isinstance(refusal, NotFound) and refusal.message.is_from_service:
                return None
            raise

    def list(self, filters: Mapping[str, str] | None = None) -> list[Object]:
        """Return all objects, or those that the contract's filters select, in no particular order.

        Raises:
            UnexpectedAnswer: the pages repeat themselves or do not end. A part of a list would look as if the other
                objects were gone.
        """
        if not self.is_paged:
            return self._page(filters or {})
        found: dict[str, Object] = {}
        for number in range(_MOST_PAGES):
            page = self._page({**(filters or {}), "$top": _PAGE, "$skip": number * _PAGE})
            known = len(found)
            # The contract promises no order, so an object may turn up on two pages.
            found |= {each.id: each for each in page}
            # A service that sends more than was asked for has sent everything.
            if len(page) != _PAGE:
                return [*found.values()]
            if len(found) == known:
                break
        raise UnexpectedAnswer(
            f"GET {self.path} repeats its pages or does not end: after {number + 1} of them {len(found)} are known."
        )

    def prefix_of(self, told: str) -> str:
        """Return what the service has put before an id that a list tells, which is the same for all; "" for nothing.

        The object is requested by what follows each dash, until the service answers about this very one.

        Raises:
            AICoreError: the service does not tell.
        """
        for begin in (at for at, character in enumerate(told, 1) if character == "-" and is_id(told[at:])):
            with suppress(Forbidden, InvalidRequest, NotFound):
                if self._get(told[begin:]).id == told:
                    return told[:begin]
        return ""

    def create(self, body: Mapping[str, Any]) -> Any:
        """Send a POST and return its answer. It is not sent again when the service may have carried it out."""
        return self._request("POST", self.path, body)

    def update(self, id_: str, body: Mapping[str, Any]) -> None:
        """Send a PATCH with everything that may change, so that it can be sent again.

        Raises:
            NotFound: there is no such object.
        """
        path = path_to(self.path, id_)
        self._request("PATCH", path, body, headers={**self.headers, **self.patch_headers}, idempotent=True)

    def delete(self, id_: str) -> None:
        """Send a DELETE.

        Raises:
            NotFound: there is no such object.
            WrongState: its state does not allow it.
        """
        self._request("DELETE", path_to(self.path, id_))

    def _get(self, id_: str) -> Object:
        """One object, with the id that the service tells."""
        path = path_to(self.path, id_)
        return decode(self.kind, self._request("GET", path), f"GET {path}", self.http.redact)

    def _page(self, params: Mapping[str, str | int]) -> builtins.list[Object]:
        answer = self._request("GET", self.path, params=params)
        return decode_list(self.kind, answer, f"GET {self.path}", self.http.redact)

    def _request(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        return self.http.request(
            method,
            path,
            resource_group=self.resource_group,
            body=body,
            **({"headers": self.headers} | options),
        )
