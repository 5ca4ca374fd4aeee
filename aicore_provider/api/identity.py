"""`ServiceIdentity`: service and tenant of an object, to be compared with those of the credentials."""

from __future__ import annotations

from dataclasses import dataclass

from aicore_provider.api.address import recorded_address
from aicore_provider.api.errors import WrongServiceError


@dataclass(frozen=True)
class ServiceIdentity:
    """The normal form of a service's address, "" where it was not recorded, and a tenant.

    The tenant is the identity zone of the credentials, "" where neither the token nor the record tells it.
    """

    url: str
    tenant: str = ""

    @classmethod
    def recorded(cls, url: str, tenant: str = "") -> ServiceIdentity:
        """Return what a state has recorded. The address may have the spelling of an older version."""
        return cls(recorded_address(url) if url else "", tenant)

    def __str__(self) -> str:
        return f"{self.url} (tenant {self.tenant})" if self.tenant else self.url

    def hosts(self, recorded: ServiceIdentity) -> bool:
        """Whether an object with this record is here. A part that was not recorded counts as the same."""
        return recorded.url in ("", self.url) and (
            not recorded.tenant or not self.tenant or recorded.tenant == self.tenant
        )

    def require(self, what: str, recorded: ServiceIdentity) -> None:
        """Raise a `WrongServiceError` for an object that is elsewhere, since answers would be about another one."""
        if self.hosts(recorded):
            return
        if recorded.url not in ("", self.url):
            there, here, whose = f"on {recorded.url}", self.url, "service"
        else:
            there, here, whose = f"in tenant {recorded.tenant}", f"tenant {self.tenant}", "tenant"
        raise WrongServiceError(
            f"{what} lives {there}, your credentials are for {here}.\n"
            f"Nothing was changed. Use the credentials of its {whose}."
        )
