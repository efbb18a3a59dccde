"""Private keys: loading one, and saying clearly why it cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anaplan_sdk._core.material import Content
from anaplan_sdk.errors import InvalidPrivateKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

KEY = "PRIVATE KEY"


def load_private_key(content: Content, password: bytes | None) -> RSAPrivateKey:
    """The first private key in *content*: PKCS#8 or PKCS#1. A password that it does not need is ignored."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    blocks = content.blocks(KEY)
    if not blocks:
        raise _unusable(content, f"holds no private key but: {content.labels}. Give the certificate's key.")
    if b"BEGIN OPENSSH" in blocks[0]:
        raise _unusable(content, "is in OpenSSH's own format. Convert a copy: ssh-keygen -p -m PEM -f FILE")
    key = _load(content, blocks[0], password)
    if not isinstance(key, RSAPrivateKey):
        raise _unusable(content, "holds a private key that is not RSA, the only kind that Anaplan accepts.")
    return key


def _load(content: Content, block: bytes, password: bytes | None) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return _decode(block, None)
    except TypeError:  # how cryptography says that the key is encrypted
        pass
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable(
            content,
            "holds no readable private key: it is neither PEM nor DER, damaged, or of an unknown kind.",
        ) from None
    if not password:
        raise _unusable(content, "is encrypted. Give its password as private_key_password.")
    try:
        return _decode(block, password)
    except (ValueError, UnsupportedAlgorithm):  # cryptography does not tell which of the two it is
        raise _unusable(
            content,
            "is encrypted, and private_key_password does not open it: it is wrong, or the cipher is not known. "
            "Any key can be encrypted anew: openssl pkcs8 -topk8 -v2 aes256 -in FILE",
        ) from None


def _decode(block: bytes, password: bytes | None) -> PrivateKeyTypes:
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    load = load_pem_private_key if block.startswith(b"-----BEGIN") else load_der_private_key
    return load(block, password)


def _unusable(content: Content, problem: str) -> InvalidPrivateKeyError:
    return InvalidPrivateKeyError(f"{content.where} {problem}")
