"""Certificates: finding the one that belongs to a private key and is valid."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from anaplan_sdk._core.login.certificate.keys import KEY, load_private_key
from anaplan_sdk._core.login.certificate.material import Content
from anaplan_sdk._core.login.certificate.pkcs12 import load_pkcs12
from anaplan_sdk.errors import AuthenticationError, ConfigurationError, InvalidPrivateKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate


@attrs.frozen
class Identity:
    """A certificate and its private key, checked. ``pem`` is the certificate alone, without chain and key."""

    pem: bytes = attrs.field(repr=False)
    key: RSAPrivateKey = attrs.field(repr=False)
    subject: str


def load_identity(certificate: Content, private_key: Content | None, password: bytes | None, now: float) -> Identity:
    """The first certificate that belongs to the key and is valid at *now* (epoch seconds).

    It may stand anywhere in a chain. PKCS#12 holds the key too; without *private_key*, PEM must do so as well.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates, key = _certificates_and_key(certificate, private_key, password)
    own = [candidate for candidate in certificates if _belongs(candidate, key)]
    if not own:
        raise InvalidPrivateKeyError(
            f"The key in {(private_key or certificate).where} does not belong to {certificate.where}, the certificate "
            f"of {_subject(certificates[0])}. Give the key that the certificate was made for."
        )
    chosen = _valid_at(now, own, certificate.where)
    return Identity(chosen.public_bytes(Encoding.PEM), key, _subject(chosen))


def _certificates_and_key(
    certificate: Content, private_key: Content | None, password: bytes | None
) -> tuple[list[Certificate], RSAPrivateKey]:
    if not certificate.is_pkcs12:
        return load_certificates(certificate), load_private_key(private_key or _combined(certificate), password)
    if private_key is not None:
        raise ConfigurationError(f"{certificate.where} is PKCS#12, which holds the key too: leave private_key out.")
    return load_pkcs12(certificate, password)


def load_certificates(content: Content) -> list[Certificate]:
    """All X.509 certificates in *content* that can be read, in its order."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate, load_pem_x509_certificate

    blocks = content.blocks("CERTIFICATE")
    if not blocks:
        raise ConfigurationError(
            f"{content.where} holds no certificate but: {content.labels}. "
            "Give the certificate that is registered in Anaplan."
        )
    load = load_pem_x509_certificate if content.is_pem else load_der_x509_certificate
    readable: list[Certificate] = []
    for block in blocks:
        # An issuer in a chain may be of a version or an encoding that nobody else knows.
        with contextlib.suppress(ValueError, InvalidVersion, UnsupportedAlgorithm):
            readable.append(load(block))
    if not readable:
        raise ConfigurationError(
            f"{content.where} holds no readable certificate: it is neither PEM nor DER nor PKCS#12, or damaged."
        )
    return readable


def _combined(certificate: Content) -> Content:
    if certificate.is_pem and certificate.blocks(KEY):
        return certificate
    raise ConfigurationError(
        f"private_key is missing, and {certificate.where} does not hold the key as well. Give private_key."
    )


def _belongs(certificate: Certificate, key: RSAPrivateKey) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return certificate.public_key() == key.public_key()
    except (ValueError, UnsupportedAlgorithm):  # a chain may hold kinds of keys that cryptography cannot read
        return False


def _valid_at(now: float, certificates: Sequence[Certificate], where: str) -> Certificate:
    moment = datetime.fromtimestamp(now, UTC)
    for certificate in certificates:
        if certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            return certificate
    first = certificates[0]
    begins, ends = first.not_valid_before_utc, first.not_valid_after_utc
    problem = f"expired on {_date(ends)}" if ends < moment else f"is not valid before {_date(begins)}"
    raise AuthenticationError(
        f"{where}: the certificate of {_subject(first)} {problem}, and the clock says {_date(moment)}. "
        "Give a valid certificate that is registered in Anaplan, or set the clock."
    )


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _subject(certificate: Certificate) -> str:
    try:
        return certificate.subject.rfc4514_string() or "an unnamed subject"
    except ValueError:  # letters in an encoding that they are not in
        return "a subject that cannot be read"
