"""Mistakes with certificates and keys: one clear sentence for each, and no secret in any."""

from __future__ import annotations

import base64
import struct
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from anaplan_sdk._core.login.certificate.keys import load_private_key
from anaplan_sdk._core.login.certificate.material import Content, Material
from anaplan_sdk._io.environment import expanded
from anaplan_sdk.errors import AuthenticationError, ConfigurationError, InvalidPrivateKeyError

if TYPE_CHECKING:
    from core.conftest import Identify, Perform
    from stage.certificates import KeyPair

PASSWORD = "correct horse"


def content(data: bytes) -> Content:
    return Content("private_key", data)


def pem(label: str, der: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


# --- mistakes: where it is given ----------------------------------------------------------------------------


@pytest.mark.parametrize("argument", ["certificate", "private_key"])
def test_a_missing_file_is_named_as_it_was_looked_for(
    argument: str, perform: Perform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANAPLAN_KEYS", str(tmp_path))
    with pytest.raises(ConfigurationError) as caught:
        perform(Material.of(argument, "$ANAPLAN_KEYS/none.pem", expanded).read())
    assert str(caught.value) == f"{argument}: no such file: {tmp_path / 'none.pem'}"


def test_the_home_of_an_unknown_user_is_no_such_file(perform: Perform) -> None:
    with pytest.raises(ConfigurationError, match="certificate: no such file: ~nobody-at-all"):
        perform(Material.of("certificate", "~nobody-at-all/ada.pem", expanded).read())


def test_a_directory_is_called_one(perform: Perform, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="certificate: this is a directory, not a file: "):
        perform(Material.of("certificate", tmp_path).read())


def test_a_file_that_cannot_be_read_says_why(perform: Perform, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(ConfigurationError, match=r"certificate: cannot be read \(Not a directory\): "):
        perform(Material.of("certificate", tmp_path / "file" / "ada.pem").read())


@pytest.mark.parametrize("source", [None, 7, ["file.pem"], bytearray(b"x")])
def test_a_source_of_another_type_is_refused(source: Any) -> None:
    with pytest.raises(ConfigurationError, match="certificate must be a path, PEM text or bytes, not "):
        Material.of("certificate", source)


@pytest.mark.parametrize("source", ["", " \n"])
def test_an_empty_source_is_refused(source: str) -> None:
    with pytest.raises(ConfigurationError, match="certificate is empty: give a path, PEM text or bytes"):
        Material.of("certificate", source)


def test_an_empty_file_is_refused(perform: Perform, tmp_path: Path) -> None:
    path = tmp_path / "file.pem"
    path.write_bytes(b"\n")
    with pytest.raises(ConfigurationError, match=r"certificate \(.*file\.pem\) is empty"):
        perform(Material.of("certificate", path).read())


def test_text_that_is_neither_path_nor_pem_is_not_repeated(ada: KeyPair) -> None:
    bare = base64.b64encode(ada.private(encoding=Encoding.DER)).decode()
    for text in (bare, "a\nb", "a\0b", textwrap.fill(bare, 64)):
        with pytest.raises(ConfigurationError, match="private_key is neither a path nor PEM text") as caught:
            Material.of("private_key", text)
        assert text not in str(caught.value)


def test_a_pem_that_is_cut_short_is_refused(ada: KeyPair, perform: Perform) -> None:
    with pytest.raises(ConfigurationError, match="certificate is cut short: a BEGIN line has no matching END"):
        perform(Material.of("certificate", ada.certificate()[:400]).read())


# --- mistakes: what it holds --------------------------------------------------------------------------------


def test_a_certificate_in_place_of_the_key_is_refused(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="private_key holds no private key but: CERTIFICATE"):
        identify(ada.certificate(), ada.certificate())


def test_a_key_in_place_of_the_certificate_is_refused(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(ConfigurationError, match="certificate holds no certificate but: PRIVATE KEY"):
        identify(ada.private(), ada.private())


def test_a_public_key_is_no_private_key(ada: KeyPair, identify: Identify) -> None:
    public = ada.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(InvalidPrivateKeyError, match="private_key holds no private key but: PUBLIC KEY"):
        identify(ada.certificate(), public)


def test_a_missing_key_is_missed(ada: KeyPair, identify: Identify) -> None:
    for certificate in (ada.certificate(), ada.certificate(encoding=Encoding.DER)):
        with pytest.raises(ConfigurationError, match="private_key is missing, and certificate does not hold"):
            identify(certificate)


@pytest.mark.parametrize("data", [b"just text", pem("CERTIFICATE", b"ABC")])
def test_what_is_no_certificate_is_refused(data: bytes, ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(ConfigurationError, match=r"certificate holds no readable certificate: .*PKCS#12"):
        identify(data, ada.private())


@pytest.mark.parametrize("data", [b"just text", pem("PRIVATE KEY", b"ABC")])
def test_what_is_no_key_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="private_key holds no readable private key: it is neither"):
        load_private_key(content(data), None)


def openssh_encrypted() -> bytes:
    """A key as ``ssh-keygen`` encrypts it, with noise for its cipher text (PROTOCOL.key of OpenSSH)."""
    strings = (b"aes256-ctr", b"bcrypt", string(bytes(16)) + struct.pack(">I", 16))
    public = string(b"ssh-rsa") + string(b"\1\0\1") + string(b"\0" + b"\x91" * 256)
    body = b"".join(map(string, strings)) + struct.pack(">I", 1) + string(public) + string(bytes(1_024))
    return pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0" + body)


def string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def test_a_key_that_openssh_has_encrypted_is_told_how_to_convert() -> None:
    with pytest.raises(InvalidPrivateKeyError, match=r"is encrypted\. Give its password"):
        load_private_key(content(openssh_encrypted()), None)
    with pytest.raises(InvalidPrivateKeyError, match=r"does not open it: .* ssh-keygen -p -m PEM -f COPY"):
        load_private_key(content(openssh_encrypted()), b"battery staple")


@pytest.mark.parametrize("password", [None, b""])
def test_an_encrypted_key_without_password_asks_for_it(password: bytes | None, ada: KeyPair) -> None:
    with pytest.raises(InvalidPrivateKeyError, match=r"is encrypted\. Give its password as private_key_password"):
        load_private_key(content(ada.private(PASSWORD.encode())), password)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_wrong_password_is_told(form: PrivateFormat, ada: KeyPair) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="private_key_password does not open it") as caught:
        load_private_key(content(ada.private(PASSWORD.encode(), form=form)), b"battery staple")
    assert "battery" not in str(caught.value)


def test_a_key_of_another_kind_than_rsa_is_refused(elliptic: KeyPair) -> None:
    edwards, old = ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(1024)
    for key in (elliptic.private(), _encoded(edwards), _encoded(old)):
        with pytest.raises(InvalidPrivateKeyError, match="private_key holds a private key that is not RSA"):
            load_private_key(content(key), None)


def _encoded(key: ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_of_another_certificate_is_refused(ada: KeyPair, bob: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match=r"does not belong to certificate.* CN=ada@example.com"):
        identify(ada.certificate(), bob.private())


def test_an_expired_certificate_says_since_when(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(AuthenticationError) as caught:
        identify(ada.certificate(begins=datetime(2024, 2, 1, tzinfo=UTC), days=1), ada.private())
    assert caught.value.status is None
    assert "expired on 2024-02-02 00:00 UTC, and the clock says 2026-03-01 12:00 UTC" in str(caught.value)


def test_a_certificate_of_the_future_says_from_when(ada: KeyPair, identify: Identify, now: float) -> None:
    tomorrow = datetime.fromtimestamp(now, UTC) + timedelta(days=1)
    with pytest.raises(AuthenticationError, match="is not valid before 2026-03-02 12:00 UTC"):
        identify(ada.certificate(begins=tomorrow), ada.private())


def test_nothing_shows_a_key_or_its_password(ada: KeyPair, identify: Identify, tmp_path: Path) -> None:
    secret = ada.private(PASSWORD.encode())
    material = Material.of("private_key", secret)
    shown = [repr(material), repr(content(secret)), repr(identify(ada.certificate(), secret, PASSWORD))]
    assert repr(Material.of("private_key", tmp_path)) == f"Material(argument='private_key', origin={str(tmp_path)!r})"
    assert not any(line in text for line in secret.decode().splitlines() for text in [*shown, PASSWORD])
