"""Service and tenant that an object belongs to, and whether they are those of the credentials."""

from __future__ import annotations

from dataclasses import dataclass

from aicore_provider.api.address import recorded_address
from aicore_provider.api.errors import WrongServiceError


@dataclass(frozen=True)
class ServiceIdentity:
    """A service and a tenant of it.

    Attributes:
        url: the API's address without version, in its normal form; "" where it was not recorded.
        tenant: identity zone of the credentials; "" where the token, or the record, does not tell.
    """

    url: str
    tenant: str = ""

    @classmethod
    def recorded(cls, url: str, tenant: str = "") -> ServiceIdentity:
        """What a state says, which may have the address in a spelling of an older version."""
        return cls(recorded_address(url) if url else "", tenant)

    def __str__(self) -> str:
        """For people."""
        return f"{self.url} (tenant {self.tenant})" if self.tenant else self.url

    def hosts(self, recorded: ServiceIdentity) -> bool:
        """Whether an object that was recorded there lives here. What was not recorded contradicts nothing."""
        return recorded.url in ("", self.url) and (
            not recorded.tenant or not self.tenant or recorded.tenant == self.tenant
        )

    def require(self, what: str, recorded: ServiceIdentity) -> None:
        """Make sure that an object lives here, before anything is concluded from what this service says about it.

        Args:
            what: the object, for the text.
            recorded: where it was made, by the state.

        Raises:
            WrongServiceError: it lives elsewhere.
        """
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
