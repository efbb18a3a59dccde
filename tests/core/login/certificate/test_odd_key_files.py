"""What stands beside the right key and certificate does no harm, and a weak key or an open file is told."""

from __future__ import annotations

import base64
import codecs
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_pem_x509_certificate

from anaplan_sdk._core.login.certificate.login import CertificateLogin
from anaplan_sdk.errors import ConfigurationError, InvalidPrivateKeyError
from stage.certificates import KeyPair

if TYPE_CHECKING:
    from core.conftest import Identify, Perform

WEAK = KeyPair(rsa.generate_private_key(65537, 1024), "weak@example.com")
STRANGE_VERSION = b"\xa0\x03\x02\x01\x09"


def block(label: str, der: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


def strange(pair: KeyPair) -> bytes:
    """A certificate of a version that does not exist."""
    return block("CERTIFICATE", strange_der(pair.certificate(encoding=Encoding.DER)))


def strange_der(der: bytes) -> bytes:
    return der.replace(b"\xa0\x03\x02\x01\x02", STRANGE_VERSION, 1)


def beside(pair: KeyPair, other: KeyPair) -> dict[str, bytes]:
    """What may stand in the same file as a certificate and its key."""
    return {
        "an issuer of a version that does not exist": strange(other),
        "a damaged block": block("CERTIFICATE", b"ABC"),
        "a damaged key": block("PRIVATE KEY", b"ABC"),
        "a key of another kind": other.private(),
        "an encrypted key": pair.private(b"of somebody else"),
        "a block that is cut short": pair.certificate()[:300] + b"\n",
        "parameters": block("EC PARAMETERS", b"\x06\x05\x2b\x81\x04\x00\x22"),
        "words": "Bag Attributes\n  friendlyName: Zoë\nsubject=CN = x\n".encode(),
    }


@pytest.mark.parametrize("first", [True, False])
def test_what_stands_beside_them_does_no_harm(ada: KeyPair, elliptic: KeyPair, identify: Identify, first: bool) -> None:
    certificate = ada.certificate()
    own = certificate + ada.private()
    for what, other in beside(ada, elliptic).items():
        found = identify(other + own if first else own + other)
        assert found.pem == certificate, what
        assert found.subject == "CN=ada@example.com"


def test_a_certificate_that_cannot_be_read_is_not_passed_over_in_silence(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(ConfigurationError, match="holds no readable certificate"):
        identify(strange(ada), ada.private())


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-8", b""),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_of_windows(
    ada: KeyPair, identify: Identify, tmp_path: Path, encoding: str, mark: bytes, line_end: str
) -> None:
    certificate = ada.certificate()
    own, key = (mark + pem.decode().replace("\n", line_end).encode(encoding) for pem in (certificate, ada.private()))
    assert identify(own, key).pem == certificate
    (tmp_path / "own.pem").write_bytes(own)
    (tmp_path / "key.pem").write_bytes(key)
    assert identify(tmp_path / "own.pem", tmp_path / "key.pem").pem == certificate


def test_line_ends_of_windows_may_be_spelled_out(ada: KeyPair, identify: Identify) -> None:
    certificate = ada.certificate()
    own, key = (pem.decode().replace("\n", "\\r\\n") for pem in (certificate, ada.private()))
    assert identify(own, key).pem == certificate


def test_a_chain_of_pkcs12_that_nobody_can_read_is_told(ada: KeyPair, bob: KeyPair, identify: Identify) -> None:
    own, issuer = (load_pem_x509_certificate(pair.certificate()) for pair in (ada, bob))
    der = serialize_key_and_certificates(None, ada.key, own, [issuer], NoEncryption())
    issuer_der = issuer.public_bytes(Encoding.DER)
    assert issuer_der in der
    unsealed = without_seal(der.replace(issuer_der, strange_der(issuer_der)))
    with pytest.raises(InvalidPrivateKeyError, match="a certificate that cannot be read.*-clcerts"):
        identify(unsealed)


def without_seal(der: bytes) -> bytes:
    """PKCS#12 with its version and content alone (RFC 7292, 4): the seal over it would say that it was changed."""
    assert der[:2] == der[7:9] == b"\x30\x82"
    end = 7 + 4 + int.from_bytes(der[9:11], "big")
    return b"\x30\x82" + (end - 4).to_bytes(2, "big") + der[4:end]


# --- weak keys, open files --------------------------------------------------------------------------------------------


def warnings_of(log_in: CertificateLogin, perform: Perform, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What one that looks at its files twice says about them."""
    for _ in range(2):
        perform(log_in.prover())
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def log_in_with(pair: KeyPair, now: float, key: bytes | Path, password: str | None = None) -> CertificateLogin:
    return CertificateLogin(pair.certificate(), key, password, "https://auth.example", clock=lambda: now)


def test_a_small_key_is_a_warning(now: float, perform: Perform, caplog: pytest.LogCaptureFixture) -> None:
    (said,) = warnings_of(log_in_with(WEAK, now, WEAK.private()), perform, caplog)
    assert "The private key of CN=weak@example.com has 1024 bits" in said
    assert "create one of 2048 or more" in said


def test_a_key_that_anybody_can_break_is_refused(identify: Identify, ada: KeyPair) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="private key of 512 bits, which can be broken"):
        identify(ada.certificate(), tiny())


def tiny() -> bytes:
    """A key of 512 bits, made of two primes of 256."""
    return encoded(next_prime(3 << 254), next_prime(7 << 253))


def next_prime(start: int) -> int:
    candidate = start | 1
    while any(pow(base, candidate - 1, candidate) != 1 for base in (2, 3, 5, 7)) or candidate % 65537 == 1:
        candidate += 2
    return candidate


def encoded(p: int, q: int) -> bytes:
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    body = b"".join(integer(number) for number in numbers)
    return block("RSA PRIVATE KEY", b"\x30\x82" + len(body).to_bytes(2, "big") + body)


def integer(number: int) -> bytes:
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + (bytes([len(content)]) if len(content) < 128 else b"\x81" + bytes([len(content)])) + content


@pytest.mark.skipif(os.name != "posix", reason="the modes of POSIX")
@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, False), (0o400, False), (0o640, False), (0o644, True), (0o666, True), (0o602, True)]
)
def test_a_key_that_everybody_can_read_is_told_once(
    ada: KeyPair, now: float, perform: Perform, tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, told: bool
) -> None:
    path = tmp_path / "ada.key"
    path.write_bytes(ada.private())
    path.chmod(mode)
    said = warnings_of(log_in_with(ada, now, path), perform, caplog)
    expected = f"{path} can be read or replaced by every user of this computer (mode 0{mode:o})"
    assert [expected in text for text in said] == [True] * told


@pytest.mark.skipif(os.name != "posix", reason="the modes of POSIX")
def test_a_key_in_the_file_of_its_certificate_is_one_as_well(
    ada: KeyPair, now: float, perform: Perform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "both.pem"
    path.write_bytes(ada.certificate() + ada.private())
    path.chmod(0o644)
    log_in = CertificateLogin(path, None, None, "https://auth.example", clock=lambda: now)
    assert len(warnings_of(log_in, perform, caplog)) == 1


@pytest.mark.skipif(os.name != "posix", reason="the modes of POSIX")
def test_an_encrypted_key_and_a_certificate_may_be_read_by_all(
    ada: KeyPair, now: float, perform: Perform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key, certificate = tmp_path / "ada.key", tmp_path / "ada.pem"
    key.write_bytes(ada.private(b"open sesame"))
    certificate.write_bytes(ada.certificate())
    for path in (key, certificate):
        path.chmod(0o644)
    log_in = CertificateLogin(certificate, key, "open sesame", "https://auth.example", clock=lambda: now)
    assert warnings_of(log_in, perform, caplog) == []
    alone = CertificateLogin(certificate, ada.private(), None, "https://auth.example", clock=lambda: now)
    assert warnings_of(alone, perform, caplog) == []
