"""The proof of holding a private key that a log-in with a certificate consists of."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from typing import TYPE_CHECKING, Literal, TypeAlias

from anaplan_sdk.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PayloadVersion: TypeAlias = Literal["v1", "v2"]

# Anaplan asks for 100 or more; clients that are known to work send 100 or 150.
_RANDOM_BYTES = 150


def signed_body(key: RSAPrivateKey, version: PayloadVersion, now: float) -> bytes:
    """The JSON of a log-in: a payload never sent before, and the signature over its raw bytes."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA512

    data = payload(version, now)
    signature = key.sign(data, PKCS1v15(), SHA512())
    fields = {"encodedData": b64encode(data).decode(), "encodedSignedData": b64encode(signature).decode()}
    if version == "v2":
        fields["encodedDataFormat"] = "v2"
    return json.dumps(fields).encode()


def payload(version: PayloadVersion, now: float) -> bytes:
    """Random bytes; in v2 the time stands before them, as epoch seconds in 8 bytes, big-endian."""
    noise = secrets.token_bytes(_RANDOM_BYTES)
    if version == "v1":
        return noise
    if not 0 <= now < 2**63:
        raise ConfigurationError(f"The clock says {now!r} epoch seconds, which Anaplan cannot accept. Set it.")
    return int(now).to_bytes(8, "big") + noise
