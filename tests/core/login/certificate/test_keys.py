"""Certificates and keys in every form that is accepted, and the proof that is made with them."""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.login.certificate.material import Source
from anaplan_sdk._core.login.certificate.signing import payload, signed_body
from anaplan_sdk.errors import ConfigurationError

if TYPE_CHECKING:
    from core.conftest import Identify
    from stage.certificates import KeyPair

PASSWORD = "correct horse"


def as_path(data: bytes, folder: Path) -> Source:
    path = folder / "file.pem"
    path.write_bytes(data)
    return path


def as_path_text(data: bytes, folder: Path) -> Source:
    return str(as_path(data, folder))


def as_bytes(data: bytes, _: Path) -> Source:
    return data


def as_text(data: bytes, _: Path) -> Source:
    return data.decode()


def as_indented_text(data: bytes, _: Path) -> Source:
    return "\n" + textwrap.indent(data.decode(), "        ")


def as_one_line_of_an_environment_file(data: bytes, _: Path) -> Source:
    return data.decode().strip().replace("\n", "\\n")


def as_windows_text(data: bytes, _: Path) -> Source:
    return data.decode().replace("\n", "\r\n")


def with_remarks(data: bytes, _: Path) -> Source:
    return b"Bag Attributes\n    friendlyName: anaplan\nsubject=CN = ada\n" + data + b"\nthe end\n"


@pytest.mark.parametrize(
    "form",
    [
        as_path,
        as_path_text,
        as_bytes,
        as_text,
        as_indented_text,
        as_one_line_of_an_environment_file,
        as_windows_text,
        with_remarks,
    ],
)
def test_certificate_and_key_are_accepted(
    form: Callable[[bytes, Path], Source], ada: KeyPair, identify: Identify, tmp_path: Path
) -> None:
    folders = [tmp_path / "certificate", tmp_path / "key"]
    for folder in folders:
        folder.mkdir()
    certificate = ada.certificate()
    identity = identify(form(certificate, folders[0]), form(ada.private(), folders[1]))
    assert identity.pem == certificate
    assert identity.key.private_numbers() == load_pem_private_key(ada.private(), None).private_numbers()  # type: ignore[union-attr]
    assert identity.subject == "CN=ada@example.com"


def test_der_becomes_pem(ada: KeyPair, identify: Identify) -> None:
    certificate = ada.certificate(encoding=Encoding.DER)
    identity = identify(certificate, ada.private(encoding=Encoding.DER))
    assert load_pem_x509_certificate(identity.pem).public_bytes(Encoding.DER) == certificate


def test_home_and_variables_are_expanded(
    ada: KeyPair, identify: Identify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "USERPROFILE", "ANAPLAN_KEYS"):
        monkeypatch.setenv(variable, str(tmp_path))
    (tmp_path / "ada.pem").write_bytes(ada.certificate())
    (tmp_path / "ada.key").write_bytes(ada.private())
    assert identify("~/ada.pem", "$ANAPLAN_KEYS/ada.key").subject == "CN=ada@example.com"


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key_opens_with_its_password(form: PrivateFormat, ada: KeyPair, identify: Identify) -> None:
    encrypted = ada.private(PASSWORD.encode(), form=form)
    assert identify(ada.certificate(), encrypted, PASSWORD).key.key_size == 2048


def test_an_encrypted_key_may_be_der(ada: KeyPair, identify: Identify) -> None:
    encrypted = ada.private(PASSWORD.encode(), encoding=Encoding.DER)
    assert identify(ada.certificate(), encrypted, PASSWORD).key.key_size == 2048


def test_a_key_may_be_in_the_format_of_openssh(ada: KeyPair, identify: Identify) -> None:
    assert identify(ada.certificate(), ada.private(form=PrivateFormat.OpenSSH)).key.key_size == 2048


def test_a_password_that_the_key_does_not_need_is_ignored(ada: KeyPair, identify: Identify) -> None:
    assert identify(ada.certificate(), ada.private(), PASSWORD).key.key_size == 2048


@pytest.mark.parametrize("key_first", [True, False])
def test_one_pem_may_hold_certificate_and_key(key_first: bool, ada: KeyPair, identify: Identify) -> None:
    parts = [ada.private(PASSWORD.encode()), ada.certificate()]
    identity = identify(b"".join(parts if key_first else reversed(parts)), password=PASSWORD)
    assert identity.pem == parts[1], "the key of a combined file must not leave with the certificate"


def test_the_own_certificate_of_a_chain_is_chosen(
    ada: KeyPair, bob: KeyPair, elliptic: KeyPair, identify: Identify
) -> None:
    own = ada.certificate()
    chain = elliptic.certificate() + bob.certificate() + own
    assert identify(chain, ada.private()).pem == own


def test_a_chain_may_hold_a_kind_of_key_that_nobody_knows(ada: KeyPair, elliptic: KeyPair, identify: Identify) -> None:
    known, unknown = bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0277")  # id-ecPublicKey
    der = elliptic.certificate(encoding=Encoding.DER)
    assert known in der
    strange = base64.encodebytes(der.replace(known, unknown)).decode()
    chain = f"-----BEGIN CERTIFICATE-----\n{strange}-----END CERTIFICATE-----\n{ada.certificate().decode()}"
    assert identify(chain, ada.private()).subject == "CN=ada@example.com"


def test_a_renewed_certificate_beside_the_expired_one_is_chosen(ada: KeyPair, identify: Identify) -> None:
    expired = ada.certificate(begins=datetime(2020, 1, 1, tzinfo=UTC))
    renewed = ada.certificate()
    assert identify(expired + renewed, ada.private()).pem == renewed


# --- the payload --------------------------------------------------------------------------------------------


def test_the_second_payload_begins_with_the_time(now: float) -> None:
    data = payload("v2", now + 0.9)
    assert int.from_bytes(data[:8], "big") == now
    assert len(data) - 8 >= 100


def test_the_first_payload_is_random_only(now: float) -> None:
    data = payload("v1", now)
    assert len(data) >= 100
    assert data != payload("v1", now)


@given(st.floats(0, 2.0**62))
def test_a_payload_carries_any_time_and_never_comes_twice(moment: float) -> None:
    first, second = payload("v2", moment), payload("v2", moment)
    assert int.from_bytes(first[:8], "big") == int(moment)
    assert first != second


@pytest.mark.parametrize("moment", [-1.0, float("nan"), float("inf"), 2.0**63])
def test_a_time_that_no_payload_can_carry_is_refused(moment: float) -> None:
    with pytest.raises(ConfigurationError, match=r"The clock says .* epoch seconds"):
        payload("v2", moment)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_signature_covers_the_raw_payload(version: Any, ada: KeyPair, now: float) -> None:
    assert isinstance(ada.key, rsa.RSAPrivateKey)
    body = json.loads(signed_body(ada.key, version, now))
    signature, data = (base64.b64decode(body[name]) for name in ("encodedSignedData", "encodedData"))
    ada.key.public_key().verify(signature, data, PKCS1v15(), SHA512())
    assert body.get("encodedDataFormat") == (None if version == "v1" else "v2")
