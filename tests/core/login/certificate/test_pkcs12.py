"""PKCS#12 and Java keystores: a key and its certificate in one file."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    serialize_key_and_certificates,
)
from cryptography.x509 import Certificate, load_pem_x509_certificate, load_pem_x509_certificates

from anaplan_sdk._core.login.certificate.identity import load_identity
from anaplan_sdk._core.login.certificate.material import Material
from anaplan_sdk.errors import AuthenticationError, ConfigurationError, InvalidPrivateKeyError

if TYPE_CHECKING:
    from core.conftest import Identify, Perform
    from stage.certificates import KeyPair

PASSWORD = "correct horse"
KEYTOOL = shutil.which("keytool")


def parsed(pair: KeyPair) -> Certificate:
    return load_pem_x509_certificate(pair.certificate())


def bundle(
    key: KeyPair | None,
    certificate: KeyPair | None,
    *chain: KeyPair,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    own = parsed(certificate) if certificate else None
    others = [parsed(pair) for pair in chain]
    return serialize_key_and_certificates(None, key.key if key else None, own, others, encryption or NoEncryption())


def test_pkcs12_brings_its_key(ada: KeyPair, identify: Identify) -> None:
    identity = identify(ada.pkcs12(PASSWORD.encode()), password=PASSWORD)
    assert identity.subject == "CN=ada@example.com"
    assert identity.key.public_key() == ada.key.public_key()


def test_pkcs12_may_be_a_file_of_any_name(ada: KeyPair, identify: Identify, tmp_path: Path) -> None:
    path = tmp_path / "keystore.jks"  # as keytool has written it since Java 9
    path.write_bytes(ada.pkcs12(PASSWORD.encode()))
    assert identify(path, password=PASSWORD).subject == "CN=ada@example.com"


@pytest.mark.parametrize("password", [None, "", PASSWORD])
def test_pkcs12_without_a_password_needs_none(password: str | None, ada: KeyPair, identify: Identify) -> None:
    assert identify(ada.pkcs12(), password=password).subject == "CN=ada@example.com"


def test_pkcs12_may_be_encrypted_as_before_2020(ada: KeyPair, identify: Identify) -> None:
    cipher = PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
    old = bundle(ada, ada, encryption=cipher.build(PASSWORD.encode()))
    assert identify(old, password=PASSWORD).subject == "CN=ada@example.com"


def test_a_password_may_have_letters_of_any_language(ada: KeyPair, identify: Identify) -> None:
    assert identify(ada.pkcs12("Schlüssel".encode()), password="Schlüssel").subject == "CN=ada@example.com"


def test_the_chain_does_not_leave_with_the_certificate(ada: KeyPair, bob: KeyPair, identify: Identify) -> None:
    (sent,) = load_pem_x509_certificates(identify(bundle(ada, ada, bob)).pem)
    assert sent.public_key() == ada.key.public_key()


@pytest.mark.parametrize("size", [100, 60_000, 20_000_000])
def test_pkcs12_is_known_whatever_its_size(size: int, perform: Perform) -> None:
    length = size.to_bytes(4, "big").lstrip(b"\0")
    prefix = bytes([size]) if size < 128 else bytes([0x80 | len(length)]) + length
    assert perform(Material.of("certificate", b"\x30" + prefix + b"\x02\x01\x03").read()).is_pkcs12


def test_nothing_else_is_taken_for_pkcs12(ada: KeyPair, elliptic: KeyPair, perform: Perform) -> None:
    others = [
        ada.certificate(),
        *(pair.certificate(encoding=Encoding.DER) for pair in (ada, elliptic)),
        *(pair.private(encoding=Encoding.DER) for pair in (ada, elliptic)),
        ada.private(encoding=Encoding.DER, form=PrivateFormat.TraditionalOpenSSL),
        ada.private(PASSWORD.encode(), encoding=Encoding.DER),
    ]
    assert not any(perform(Material.of("certificate", other).read()).is_pkcs12 for other in others)


# --- mistakes ---------------------------------------------------------------------------------------------------------


def test_pkcs12_with_a_password_asks_for_it(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match=r"is PKCS#12 and encrypted\. Give its password as private_key_p"):
        identify(ada.pkcs12(PASSWORD.encode()))


def test_a_wrong_password_is_told_and_not_repeated(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="private_key_password does not open it: it is wrong") as caught:
        identify(ada.pkcs12(PASSWORD.encode()), password="battery staple")
    assert "battery" not in str(caught.value)


def test_a_password_that_is_no_text_is_a_wrong_one(ada: KeyPair, perform: Perform, now: float) -> None:
    content = perform(Material.of("certificate", ada.pkcs12(PASSWORD.encode())).read())
    with pytest.raises(InvalidPrivateKeyError, match="private_key_password does not open it"):
        load_identity(content, None, b"\xff\xfe", now)


def test_a_damaged_file_says_that_it_may_be_damaged(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="the file is damaged"):
        identify(ada.pkcs12(PASSWORD.encode())[:-100], password=PASSWORD)


def test_pkcs12_with_a_private_key_beside_it_is_one_too_many(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(ConfigurationError, match="certificate is PKCS#12, which holds the key too: leave private_key"):
        identify(ada.pkcs12(), ada.private())


def test_pkcs12_in_place_of_the_private_key_is_told_where_it_belongs(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match=r"private_key is PKCS#12, .*give it as certificate, alone"):
        identify(ada.certificate(), ada.pkcs12())


def test_pkcs12_without_a_key_is_refused(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match=r"holds no private key\. Export the certificate together with"):
        identify(bundle(None, ada))


def test_pkcs12_without_a_certificate_is_refused(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(ConfigurationError, match=r"holds no certificate\. Export the key together with"):
        identify(bundle(ada, None))


def test_pkcs12_with_a_key_that_is_not_rsa_is_refused(elliptic: KeyPair, identify: Identify) -> None:
    with pytest.raises(InvalidPrivateKeyError, match="certificate holds a private key that is not RSA"):
        identify(elliptic.pkcs12())


def test_pkcs12_that_has_expired_says_since_when(ada: KeyPair, identify: Identify) -> None:
    with pytest.raises(AuthenticationError, match="expired on 2025-01-31"):
        identify(ada.pkcs12(begins=datetime(2024, 2, 1, tzinfo=UTC)))


# --- Java keystores ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("magic", ["feedfeed", "cececece"])
@pytest.mark.parametrize("argument", ["certificate", "private_key"])
def test_a_java_keystore_is_told_how_to_convert(argument: str, magic: str, perform: Perform, tmp_path: Path) -> None:
    path = tmp_path / "anaplan.jks"
    path.write_bytes(bytes.fromhex(magic) + b"\0\0\0\2\0\0\0\1")
    with pytest.raises(ConfigurationError, match=r"anaplan\.jks\) is a Java keystore\..*keytool -importkeystore"):
        perform(Material.of(argument, path).read())


@pytest.mark.skipif(KEYTOOL is None, reason="no Java on this machine")
def test_what_keytool_makes_of_a_java_keystore_is_accepted(
    ada: KeyPair, identify: Identify, perform: Perform, tmp_path: Path
) -> None:
    (tmp_path / "ada.p12").write_bytes(ada.pkcs12(PASSWORD.encode()))
    keytool("keytool -importkeystore -srckeystore ada.p12 -destkeystore FILE -deststoretype JKS", tmp_path)
    with pytest.raises(ConfigurationError, match="is a Java keystore") as caught:
        perform(Material.of("certificate", tmp_path / "FILE").read())
    found = re.search("keytool .*", str(caught.value))
    assert found is not None
    keytool(found[0], tmp_path)
    assert identify(tmp_path / "FILE.p12", password=PASSWORD).subject == "CN=ada@example.com"


def keytool(command: str, folder: Path) -> None:
    passwords = ["-srcstorepass", PASSWORD, "-deststorepass", PASSWORD, "-noprompt"]
    subprocess.run([*shlex.split(command), *passwords], cwd=folder, check=True, capture_output=True, timeout=60)
