"""Log-in with a certificate and its private key."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from typing import Any

import attrs

from anaplan_sdk._core.certificates import Identity, load_identity
from anaplan_sdk._core.flow import Compute, Flow, Step
from anaplan_sdk._core.http import Request, Response
from anaplan_sdk._core.material import Material, Source
from anaplan_sdk._core.service_login import ServiceLogin
from anaplan_sdk._core.signing import PayloadVersion, signed_body
from anaplan_sdk._core.token_service import authenticate, reason, refused, refuses, server_ahead, token_from
from anaplan_sdk.errors import AuthenticationError, ConfigurationError

# How far the time in a v2 payload may be off is not documented. Beyond this many seconds a refusal may be the
# clock's fault; an HTTP Date is good to one or two.
_CLOCK_TOLERANCE = 30.0


def _certificate(source: Source) -> Material:
    return Material.of("certificate", source)


def _private_key(source: Source | None) -> Material | None:
    return None if source is None else Material.of("private_key", source)


def _password(password: str | bytes | None) -> bytes | None:
    return password.encode() if isinstance(password, str) else password


@attrs.define(eq=False)
class CertificateLogin(ServiceLogin):
    """A certificate that is registered in Anaplan, and its RSA private key.

    Each is a path (``~`` and variables expanded), PEM text or bytes (PEM or DER). *private_key* is None where the
    certificate's PEM holds the key as well, or where PKCS#12 is given as *certificate*. Files are read at each log-in:
    a replaced one then counts at once, and no key stays in memory. Most renewals refresh the token and need neither.

    *version* pins the format of the signed payload. With None it is v2, and the other one once where Anaplan
    refuses that; the format that was accepted comes first from then on.
    """

    certificate: Material = attrs.field(converter=_certificate)
    private_key: Material | None = attrs.field(converter=_private_key)
    password: bytes | None = attrs.field(converter=_password, repr=False)
    auth_url: str
    version: PayloadVersion | None = None
    clock: Callable[[], float] = attrs.field(default=time.time, kw_only=True, repr=False)
    _accepted: PayloadVersion = attrs.field(default="v2", init=False, repr=False)
    _server_ahead: float = attrs.field(default=0.0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.version not in ("v1", "v2", None):
            raise ConfigurationError(f"The payload version must be 'v1', 'v2' or None, not {self.version!r}.")

    def log_in(self) -> Flow:
        """Get a token. Whatever is wrong with certificate and key is found before anything is sent."""
        identity = yield from self._identity()
        refusals: dict[PayloadVersion, Response] = {}
        for version in self._versions():
            request, response = yield from self._attempt(identity, version)
            if not refuses(response):
                token = token_from(request, response, self.clock())
                self._accepted = version
                return token
            refusals[version] = response
        raise _refused(identity, refusals)

    def store_key(self) -> Generator[Step, Any, str]:
        """Service and certificate: its content, since other files may get the same name."""
        certificate = yield from self.certificate.read()
        return f"certificate {self.auth_url} {hashlib.sha256(certificate.data).hexdigest()}"

    def prover(self) -> Generator[Step, Any, None]:
        """The private key has to be there, and to be the certificate's."""
        yield from self._identity()

    def _identity(self) -> Generator[Step, Any, Identity]:
        certificate = yield from self.certificate.read()
        private_key = None if self.private_key is None else (yield from self.private_key.read())
        now = self._server_time()
        identity: Identity = yield Compute(lambda: load_identity(certificate, private_key, self.password, now))
        return identity

    def _versions(self) -> tuple[PayloadVersion, ...]:
        if self.version is not None:
            return (self.version,)
        return ("v1", "v2") if self._accepted == "v1" else ("v2", "v1")

    def _attempt(self, identity: Identity, version: PayloadVersion) -> Generator[Step, Any, tuple[Request, Response]]:
        """Send a payload, and another one where that one and not its format may be why it was refused."""
        believed = self._server_ahead
        request, response = yield from self._send(identity, version)
        wrong_clock = abs(self._server_ahead - believed) > _CLOCK_TOLERANCE
        # Anaplan takes a v2 payload only once, and one that was repeated may have arrived before.
        if version == "v2" and refuses(response) and (wrong_clock or response.earlier):
            return (yield from self._send(identity, version))
        return request, response

    def _send(self, identity: Identity, version: PayloadVersion) -> Generator[Step, Any, tuple[Request, Response]]:
        now = self._server_time()
        body: bytes = yield Compute(lambda: signed_body(identity.key, version, now))
        request = authenticate(self.auth_url, f"CACertificate {b64encode(identity.pem).decode()}", body)
        response: Response = yield request
        ahead = server_ahead(response, self.clock())
        if ahead is not None:
            self._server_ahead = ahead
        return request, response

    def _server_time(self) -> float:
        return self.clock() + self._server_ahead


def _refused(identity: Identity, refusals: Mapping[PayloadVersion, Response]) -> AuthenticationError:
    newest_first = sorted(refusals.items(), reverse=True)
    answers = " and ".join(f"payload {version} with {reason(response)}" for version, response in newest_first)
    return refused(
        f"Anaplan refuses the certificate of {identity.subject}: {answers}. Check that it is registered in "
        "Anaplan's administration and not revoked, that its user is active, and that the region is right.",
        newest_first[0][1],
    )
