"""Log-in with a certificate (facts §1.2): the signature is really checked."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Answer, Caller

KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def certificate(
    *,
    name: str = "Integration",
    email: str | None = None,
    alternative_email: str | None = None,
    days: int = 1,
    key: rsa.RSAPrivateKey = KEY,
    issuer: tuple[str, rsa.RSAPrivateKey] | None = None,
) -> x509.Certificate:
    """Make a certificate that is valid from yesterday for so many days."""
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if email is not None:
        attributes.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, email))
    issuer_name, issuer_key = issuer or (name, key)
    since = datetime.now(UTC) - timedelta(days=2)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .issuer_name(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)]) if issuer else x509.Name(attributes)
        )
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
    )
    if alternative_email is not None:
        names = x509.SubjectAlternativeName([x509.RFC822Name(alternative_email)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, SHA256())


def payload(prefix: bytes = b"", *, version: str | None = None, key: rsa.RSAPrivateKey = KEY) -> dict[str, str]:
    """Make the body of a log-in: random bytes behind a prefix, and their signature."""
    data = prefix + os.urandom(150)
    signature = key.sign(data, padding.PKCS1v15(), SHA512())
    body = {
        "encodedData": base64.b64encode(data).decode(),
        "encodedSignedData": base64.b64encode(signature).decode(),
    }
    return body if version is None else body | {"encodedDataFormat": version}


def stamped(at: float | None = None, *, unit: int = 1) -> dict[str, str]:
    """Make a body of version 2; the timestamp counts seconds, or milliseconds with a unit of 1,000."""
    timestamp = int((time.time() if at is None else at) * unit)
    return payload(timestamp.to_bytes(8, "big"), version="v2")


def log_in(emulator: Emulator, body: object, holder: x509.Certificate | None = None) -> Answer:
    pem = (holder or certificate()).public_bytes(Encoding.PEM)
    headers = {"Authorization": f"CACertificate {base64.b64encode(pem).decode()}"}
    return Caller(emulator.url)("POST", "/token/authenticate", body, headers=headers)


def logged_in_user(emulator: Emulator, answer: Answer) -> Any:
    caller = Caller(emulator.url, answer.json["tokenInfo"]["tokenValue"])
    return caller("GET", "/2/0/users/me").json["user"]["email"]


@pytest.mark.parametrize("make_body", [payload, stamped, lambda: stamped(unit=1_000)])
def test_both_versions_are_accepted(emulator: Emulator, make_body: Callable[[], object]) -> None:
    answer = log_in(emulator, make_body())
    assert answer.status == 201
    assert answer.json["statusMessage"] == "Login successful"


def test_the_header_may_hold_der_instead_of_pem(emulator: Emulator) -> None:
    der = base64.b64encode(certificate().public_bytes(Encoding.DER)).decode()
    headers = {"Authorization": f"CACertificate {der}"}
    assert Caller(emulator.url)("POST", "/token/authenticate", payload(), headers=headers).status == 201


@pytest.mark.parametrize(
    "body",
    [
        payload(key=OTHER_KEY),
        payload() | {"encodedData": base64.b64encode(bytes(150)).decode()},
        {},
        [],
        payload() | {"encodedSignedData": "not base64!"},
        payload(version="v3"),
    ],
    ids=["other key", "other data", "empty", "no object", "no base64", "unknown version"],
)
def test_what_is_not_signed_with_the_key_is_refused(emulator: Emulator, body: object) -> None:
    answer = log_in(emulator, body)
    assert answer.status == 401
    assert answer.json["status"] == "FAILURE_BAD_CREDENTIAL"


def test_the_signature_covers_the_raw_bytes_and_not_their_base64_text(emulator: Emulator) -> None:
    data = base64.b64encode(os.urandom(150))
    signature = KEY.sign(data, padding.PKCS1v15(), SHA512())
    body = {"encodedData": data.decode(), "encodedSignedData": base64.b64encode(signature).decode()}
    assert log_in(emulator, body).status == 401


def test_an_expired_certificate_is_refused(emulator: Emulator) -> None:
    assert log_in(emulator, payload(), certificate(days=-1)).status == 401


def test_a_header_without_a_certificate_is_refused(emulator: Emulator) -> None:
    headers = {"Authorization": "CACertificate bm9uc2Vuc2U="}
    assert Caller(emulator.url)("POST", "/token/authenticate", payload(), headers=headers).status == 401


def test_a_payload_of_version_2_cannot_be_used_twice(emulator: Emulator) -> None:
    body = stamped()
    assert log_in(emulator, body).status == 201
    assert log_in(emulator, body).status == 401


@pytest.mark.parametrize("offset", [-3_600, 3_600])
def test_a_timestamp_of_version_2_must_be_about_now(emulator: Emulator, offset: float) -> None:
    assert log_in(emulator, stamped(time.time() + offset)).status == 401


def test_a_tenant_can_insist_on_one_version(emulator: Emulator) -> None:
    emulator.tenant.options.certificate_version = "v2"
    assert log_in(emulator, payload()).status == 401
    assert log_in(emulator, stamped()).status == 201
    emulator.tenant.options.certificate_version = "v1"
    assert log_in(emulator, payload()).status == 201
    assert log_in(emulator, stamped()).status == 401


@pytest.mark.parametrize(
    "holder",
    [
        certificate(email="grace@example.com"),
        certificate(name="grace@example.com"),
        certificate(alternative_email="Grace@example.com"),
    ],
    ids=["e-mail", "common name", "alternative name"],
)
def test_a_certificate_belongs_to_the_user_whose_address_it_holds(emulator: Emulator, holder: x509.Certificate) -> None:
    assert logged_in_user(emulator, log_in(emulator, payload(), holder)) == "grace@example.com"


def test_any_other_certificate_belongs_to_the_administrator(emulator: Emulator) -> None:
    assert logged_in_user(emulator, log_in(emulator, payload())) == "ada@example.com"


def test_a_tenant_can_trust_certain_certificates_and_issuers_only(emulator: Emulator) -> None:
    trusted = certificate(email="grace@example.com")
    authority = certificate(name="Authority", key=OTHER_KEY)
    issued = certificate(name="ada@example.com", issuer=("Authority", OTHER_KEY))
    emulator.tenant.options.trusted_certificates = [
        holder.public_bytes(Encoding.PEM).decode() for holder in (trusted, authority)
    ]
    assert log_in(emulator, payload(), trusted).status == 201
    assert log_in(emulator, payload(), issued).status == 201
    stranger = certificate(name="Stranger", email="grace@example.com")
    assert log_in(emulator, payload(), stranger).status == 401


def test_a_trusted_certificate_must_name_a_user(emulator: Emulator) -> None:
    trusted = certificate(name="Nobody")
    emulator.tenant.options.trusted_certificates = [trusted.public_bytes(Encoding.PEM).decode()]
    assert log_in(emulator, payload(), trusted).status == 401
