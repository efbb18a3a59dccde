"""Keys and certificates for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@attrs.frozen
class KeyPair:
    """A private key, and certificates that are made for it."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    subject: str

    @classmethod
    def rsa(cls, subject: str) -> KeyPair:
        """A new pair; making it takes a while."""
        return cls(rsa.generate_private_key(65537, 2048), subject)

    def private(
        self,
        password: bytes | None = None,
        *,
        form: PrivateFormat = PrivateFormat.PKCS8,
        encoding: Encoding = Encoding.PEM,
    ) -> bytes:
        """The encoded private key."""
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        return self.key.private_bytes(encoding, form, encryption)

    def certificate(
        self,
        *,
        begins: datetime = NOW - timedelta(days=1),
        days: int = 365,
        encoding: Encoding = Encoding.PEM,
    ) -> bytes:
        """A certificate of its own making."""
        return self._made(begins, days).public_bytes(encoding)

    def pkcs12(self, password: bytes | None = None, *, begins: datetime = NOW - timedelta(days=1)) -> bytes:
        """Key and certificate in one file."""
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        return serialize_key_and_certificates(b"anaplan", self.key, self._made(begins, 365), None, encryption)

    def _made(self, begins: datetime, days: int) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.subject)])
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        dated = builder.not_valid_before(begins).not_valid_after(begins + timedelta(days=days))
        return dated.sign(self.key, SHA256())
