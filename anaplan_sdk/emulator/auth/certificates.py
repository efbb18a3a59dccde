"""Log-in with a certificate: whose it is, and whether the caller has its private key."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from ..world.options import Options
from ..world.tenant import Tenant, User
from .tokens import UsedPayloads

LEAST_PAYLOAD_BYTES = 100
TIMESTAMP_BYTES = 8


class CertificateError(Exception):
    """The certificate, the signature or the payload is not accepted; the text says why."""


def user_of_certificate(tenant: Tenant, used_payloads: UsedPayloads, header_value: str, body: dict[str, Any]) -> User:
    """Who logs in with this header and body; ``used_payloads`` gets what must not come twice."""
    certificate = _certificate(header_value)
    payload = _decoded(body, "encodedData")
    _check_signature(certificate, payload, _decoded(body, "encodedSignedData"))
    _check_format(payload, body.get("encodedDataFormat") or "v1", tenant.options, used_payloads)
    return _mapped_user(certificate, tenant)


def _check_format(payload: bytes, version: object, options: Options, used: UsedPayloads) -> None:
    if version not in ("v1", "v2") or options.certificate_version not in ("any", version):
        raise CertificateError("the format of the payload is not accepted")
    if len(payload) < LEAST_PAYLOAD_BYTES:
        raise CertificateError("the payload is too short")
    if version == "v2":
        _check_fresh(payload, options.certificate_skew_seconds, used)


def _check_fresh(payload: bytes, skew: float, used: UsedPayloads) -> None:
    now = time.time()
    timestamp = int.from_bytes(payload[:TIMESTAMP_BYTES], "big")
    # The vendor's sample counts seconds; clients that count milliseconds report success too.
    if abs(timestamp - now) > skew and abs(timestamp / 1_000 - now) > skew:
        raise CertificateError("the timestamp of the payload is too far off")
    if not used.use(hashlib.sha256(payload).digest(), 2 * skew):
        raise CertificateError("the payload was used before")


def _mapped_user(certificate: x509.Certificate, tenant: Tenant) -> User:
    trusted = [x509.load_pem_x509_certificate(pem.encode()) for pem in tenant.options.trusted_certificates]
    if trusted and not _is_trusted(certificate, trusted):
        raise CertificateError("the certificate is not trusted")
    users = (tenant.user_with_email(email) for email in _emails(certificate))
    user = next(filter(None, users), None)
    if user is not None:
        return user
    if trusted:
        raise CertificateError("the certificate names no user")
    return tenant.administrator


def _certificate(header_value: str) -> x509.Certificate:
    """Read the header's certificate: base64 of the PEM text, or of DER as some clients send it."""
    try:
        raw = base64.b64decode(header_value, validate=True)
        read = x509.load_pem_x509_certificate if raw.startswith(b"-----BEGIN") else x509.load_der_x509_certificate
        certificate = read(raw)
    except ValueError as error:
        raise CertificateError("the header holds no certificate") from error
    now = time.time()
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since.timestamp() <= now <= until.timestamp():
        raise CertificateError("the certificate is expired or not yet valid")
    return certificate


def _decoded(body: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(body[name], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"{name} is missing or not base64") from error


def _check_signature(certificate: x509.Certificate, payload: bytes, signature: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise CertificateError("the certificate's key is not an RSA key")
    try:
        key.verify(signature, payload, padding.PKCS1v15(), hashes.SHA512())
    except InvalidSignature as error:
        raise CertificateError("the signature does not fit the certificate") from error


def _is_trusted(certificate: x509.Certificate, trusted: list[x509.Certificate]) -> bool:
    return certificate in trusted or any(_issued(certificate, issuer) for issuer in trusted)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _emails(certificate: x509.Certificate) -> Iterable[str]:
    for oid in (NameOID.EMAIL_ADDRESS, NameOID.COMMON_NAME):
        for attribute in certificate.subject.get_attributes_for_oid(oid):
            yield str(attribute.value)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    yield from names.get_values_for_type(x509.RFC822Name)
