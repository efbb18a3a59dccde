"""Log-in with a certificate and its private key."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import attrs

from anaplan_sdk._core.api import auth
from anaplan_sdk._core.flow import Compute, FileMode, Flow, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.certificate.identity import Identity, load_identity
from anaplan_sdk._core.login.certificate.keys import GOOD_BITS
from anaplan_sdk._core.login.certificate.material import Material, Source
from anaplan_sdk._core.login.certificate.signing import PayloadVersion, signed_body
from anaplan_sdk._core.login.service import ServiceLogin
from anaplan_sdk._core.login.token_service import (
    reason,
    refused,
    refuses,
    refuses_itself,
    server_ahead,
    token_from,
)
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk.errors import AuthenticationError, ConfigurationError

logger = logger_of("auth")

# Reading or writing by everybody.
_OTHERS = 0o006
# How far the time in a v2 payload may be off is not documented. Beyond this many seconds a refusal may be the
# clock's fault; an HTTP Date is good to one or two.
_CLOCK_TOLERANCE = 30.0


def _certificate(source: Source | Material) -> Material:
    return source if isinstance(source, Material) else Material.of("certificate", source)


def _private_key(source: Source | Material | None) -> Material | None:
    return source if source is None or isinstance(source, Material) else Material.of("private_key", source)


def _password(password: str | bytes | None) -> bytes | None:
    return password.encode() if isinstance(password, str) else password


@attrs.define(eq=False)
class CertificateLogin(ServiceLogin):
    """A certificate that is registered in Anaplan, and its RSA private key.

    Each is a path, PEM text or bytes (PEM or DER). *private_key* is None where the
    certificate's PEM holds the key as well, or where PKCS#12 is given as *certificate*. Files are read at each log-in:
    a replaced one then counts at once, and no key stays in memory. Most renewals refresh the token and need neither.

    *version* pins the format of the signed payload. With None it is v2, and the other one once where Anaplan itself
    refuses that: v1 can be sent again by whoever sees it, so no gateway gets one for its own refusal, and none is sent
    once v2 was accepted. The format that was accepted comes first from then on.
    """

    certificate: Material = attrs.field(converter=_certificate)
    private_key: Material | None = attrs.field(converter=_private_key)
    password: bytes | None = attrs.field(converter=_password, repr=False)
    auth_url: str
    version: PayloadVersion | None = None
    clock: Callable[[], float] = attrs.field(default=time.time, kw_only=True, repr=False)
    _accepted: PayloadVersion | None = attrs.field(default=None, init=False, repr=False)
    _told: set[str] = attrs.field(factory=set[str], init=False, repr=False)
    _server_ahead: float = attrs.field(default=0.0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.version not in ("v1", "v2", None):
            raise ConfigurationError(f"The payload version must be 'v1', 'v2' or None, not {self.version!r}.")

    def log_in(self) -> Flow:
        """Get a token. Whatever is wrong with certificate and key is found before anything is sent."""
        identity = yield from self._identity()
        refusals: dict[PayloadVersion, Response] = {}
        for version in self._versions():
            if version == "v1" and refusals:
                logger.warning("Anaplan refuses payload v2 of the certificate; trying v1, which has no timestamp.")
            request, response = yield from self._attempt(identity, version)
            if not refuses(response):
                token = token_from(request, response, self.clock())
                self._accepted = version
                return token
            refusals[version] = response
            if not refuses_itself(response):
                break
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
        if identity.key.key_size < GOOD_BITS:
            self._tell(
                f"The private key of {identity.subject} has {identity.key.key_size} bits, which is too short today: "
                f"create one of {GOOD_BITS} or more, and register its certificate in Anaplan."
            )
        if not self.password:
            yield from self._check_mode(self.private_key or self.certificate)
        return identity

    def _check_mode(self, key: Material) -> Generator[Step, Any, None]:
        """Say so where everybody on this computer may read the file of a key that no password protects."""
        if isinstance(key.origin, Path):
            mode: int | None = yield FileMode(key.origin)
            if mode is not None and mode & _OTHERS:
                self._tell(
                    f"The private key in {key.origin} can be read or replaced by every user of this computer "
                    f"(mode {mode:04o}): chmod 600 the file, or encrypt the key."
                )

    def _tell(self, warning: str) -> None:
        if warning not in self._told:
            self._told.add(warning)
            logger.warning("%s", warning)

    def _versions(self) -> tuple[PayloadVersion, ...]:
        if self.version is not None:
            return (self.version,)
        if self._accepted == "v2":
            return ("v2",)
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
        request = auth.authenticate(self.auth_url, f"CACertificate {b64encode(identity.pem).decode()}", body)
        response: Response = yield request
        ahead = server_ahead(response, self.clock())
        if ahead is not None:
            self._server_ahead = ahead
        return request, response

    def _server_time(self) -> float:
        return self.clock() + self._server_ahead


def _refused(identity: Identity, refusals: Mapping[PayloadVersion, Response]) -> AuthenticationError:
    newest_first = sorted(refusals.items(), reverse=True)
    own = all(map(refuses_itself, refusals.values()))
    answers = " and ".join(f"payload {version} with {reason(response)}" for version, response in newest_first)
    return refused(
        f"Anaplan refuses the certificate of {identity.subject}: {answers}. Check that it is registered in "
        "Anaplan's administration and not revoked, that its user is active, and that the region is right."
        if own
        else (
            f"The certificate of {identity.subject} is refused: {answers}, and the response does not look like "
            "Anaplan's. Check auth_url, and whether a gateway or proxy responds in its place. If Anaplan takes only "
            "the older format, give certificate_payload='v1'."
        ),
        newest_first[0][1],
    )
