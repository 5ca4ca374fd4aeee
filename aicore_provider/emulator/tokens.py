"""Tokens of the emulated authorization server: JWTs signed with HMAC SHA-256.

Tokens are not stored, so they stay valid when the emulator restarts; only revoked ones are remembered. The texts for
refused tokens are those of the service's gateway: "Jwt is expired" and "Jwt issuer is not configured" were reported by
users, the others are known from the same software [guess].
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import jwt

from aicore_provider.emulator.errors import GatewayRefusal
from aicore_provider.emulator.tenants import Tenant
from aicore_provider.emulator.wall_clock import WallClock

ISSUER = "https://emulator.invalid/oauth/token"
DEFAULT_LIFETIME_S = 43_199
"""As in the tests of SAP's SDK. Below 3600, the Python SDK gets a token before every request."""

_ALGORITHM = "HS256"
_DOTS_OF_A_JWT = 2


class Tokens:
    """Issues and checks the tokens of all tenants."""

    def __init__(self, tenants: Sequence[Tenant], clock: WallClock, lifetime_s: int = DEFAULT_LIFETIME_S) -> None:
        self._tenants = {tenant.client_id: tenant for tenant in tenants}
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._revoked: set[str] = set()

    def client(self, client_id: str, client_secret: str) -> Tenant | None:
        """The tenant with these credentials, or None."""
        tenant = self._tenants.get(client_id)
        if tenant is None or not hmac.compare_digest(client_secret.encode(), tenant.client_secret.encode()):
            return None
        return tenant

    def issue(self, tenant: Tenant) -> dict[str, Any]:
        """The body of a token response."""
        now = int(self._clock.now())
        jti = uuid.uuid4().hex
        claims = {
            "jti": jti,
            "iss": ISSUER,
            "sub": tenant.client_id,
            "client_id": tenant.client_id,
            "cid": tenant.client_id,
            "azp": tenant.client_id,
            "grant_type": "client_credentials",
            "scope": ["uaa.resource"],
            "zid": tenant.id,
            "iat": now,
            "exp": now + self._lifetime_s,
        }
        return {
            "access_token": jwt.encode(claims, _key(tenant), _ALGORITHM),
            "token_type": "bearer",
            "expires_in": self._lifetime_s,
            "scope": "uaa.resource",
            "jti": jti,
        }

    def check(self, authorization: str | None) -> str:
        """Check the header `Authorization` of a request, and return the tenant id of its token.

        Raises:
            GatewayRefusal: 401 with the gateway's plain text.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("Jwt is missing")
        if token.count(".") != _DOTS_OF_A_JWT:
            raise _unauthorized("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections")
        claims = _unverified_claims(token)
        if claims is None:
            raise _unauthorized("Jwt payload is an invalid JSON")
        if claims.get("iss") != ISSUER:
            raise _unauthorized("Jwt issuer is not configured")
        tenant = self._tenants.get(str(claims.get("client_id")))
        if tenant is None or not _is_signed(token, tenant):
            raise _unauthorized("Jwt verification fails")
        if claims["jti"] in self._revoked or claims["exp"] <= self._clock.now():
            raise _unauthorized("Jwt is expired")
        return tenant.id

    def revoke(self, authorization: str | None) -> None:
        """Let the token of this request count as expired from now on; one that cannot be read is ignored."""
        claims = _unverified_claims((authorization or "").partition(" ")[2])
        if claims is not None and isinstance(jti := claims.get("jti"), str):
            self._revoked.add(jti)


def _unauthorized(text: str) -> GatewayRefusal:
    return GatewayRefusal(HTTPStatus.UNAUTHORIZED, text)


def _unverified_claims(token: str) -> dict[str, Any] | None:
    """The claims of a token, without a check of its signature; None for a token that cannot be read."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, RecursionError):
        return None
    return claims


def _is_signed(token: str, tenant: Tenant) -> bool:
    """Whether a token has the signature of a tenant's tokens.

    Its times are not checked: PyJWT would compare them with the clock of this machine.
    """
    try:
        jwt.PyJWS().decode(token, _key(tenant), [_ALGORITHM])
    except jwt.InvalidTokenError:
        return False
    return True


def _key(tenant: Tenant) -> bytes:
    """The key of a tenant's tokens. A tenant that was given another id since then has no valid tokens."""
    return hashlib.sha256(f"{tenant.client_secret}\n{tenant.id}".encode()).digest()
