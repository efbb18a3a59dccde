"""Private keys: loading one, and saying clearly why it cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anaplan_sdk._core.login.certificate.material import Content
from anaplan_sdk.errors import InvalidPrivateKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

KEY = "PRIVATE KEY"
# What is thought to hold today, and what anybody can break at home, or is too short for the signature.
GOOD_BITS = 2048
_BROKEN_BITS = 1024
_OPENSSH = b"-----BEGIN OPENSSH"


def load_private_key(content: Content, password: bytes | None) -> RSAPrivateKey:
    """The first RSA key in *content* that opens: PKCS#8, PKCS#1 or OpenSSH.

    Others beside it, of any kind and in any state, do no harm, nor does a password that it does not need.
    """
    if content.is_pkcs12:
        raise unusable(content, "is PKCS#12, which holds the certificate too: give it as certificate, alone.")
    blocks = content.blocks(KEY)
    if not blocks:
        raise unusable(content, f"holds no private key but: {content.labels}. Give the certificate's key.")
    failures: list[InvalidPrivateKeyError] = []
    for block in blocks:
        try:
            return only_rsa(content, _load(content, block, password))
        except InvalidPrivateKeyError as error:
            failures.append(error)
    raise failures[0]


def only_rsa(content: Content, key: PrivateKeyTypes) -> RSAPrivateKey:
    """*key*, if it is of the kind that Anaplan accepts, and not one that others can break."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if not isinstance(key, RSAPrivateKey):
        raise unusable(content, "holds a private key that is not RSA, the only kind that Anaplan accepts.")
    if key.key_size < _BROKEN_BITS:
        raise unusable(
            content, f"holds a private key of {key.key_size} bits, which can be broken. Create one of {GOOD_BITS}."
        )
    return key


def unusable(content: Content, problem: str) -> InvalidPrivateKeyError:
    """The error for a private key that cannot be used; *problem* goes on from where it is."""
    return InvalidPrivateKeyError(f"{content.where} {problem}")


def _load(content: Content, block: bytes, password: bytes | None) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return _decode(block, None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        if not _means_encrypted(error):
            raise unusable(
                content, "holds no readable private key: it is neither PEM nor DER, damaged, or of an unknown kind."
            ) from None
    if not password:
        raise unusable(content, "is encrypted. Give its password as private_key_password.")
    try:
        return _decode(block, password)
    except (ValueError, UnsupportedAlgorithm):  # cryptography does not tell which of the two it is
        raise unusable(
            content,
            "is encrypted, and private_key_password does not open it: it is wrong, or the cipher is not known. Any "
            f"key can be re-encrypted: {_encrypt_anew(block)}",
        ) from None


def _means_encrypted(error: Exception) -> bool:
    # How cryptography says so; its older versions raise ValueError for keys of OpenSSH.
    return isinstance(error, TypeError) or "password-protected" in str(error)


def _decode(block: bytes, password: bytes | None) -> PrivateKeyTypes:
    from cryptography.hazmat.primitives import serialization

    if block.startswith(_OPENSSH):
        return serialization.load_ssh_private_key(block, password)
    if block.startswith(b"-----BEGIN"):
        return serialization.load_pem_private_key(block, password)
    return serialization.load_der_private_key(block, password)


def _encrypt_anew(block: bytes) -> str:
    # cryptography opens what OpenSSH has encrypted only where the package bcrypt is installed.
    return "ssh-keygen -p -m PEM -f COPY" if block.startswith(_OPENSSH) else "openssl pkcs8 -topk8 -v2 aes256 -in FILE"
