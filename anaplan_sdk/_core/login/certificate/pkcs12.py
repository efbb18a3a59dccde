"""PKCS#12 (.p12, .pfx, and keystores of Java 9 or later): a private key and its certificates in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anaplan_sdk._core.login.certificate.keys import only_rsa, unusable
from anaplan_sdk._core.login.certificate.material import Content
from anaplan_sdk.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates
    from cryptography.x509 import Certificate


def load_pkcs12(content: Content, password: bytes | None) -> tuple[list[Certificate], RSAPrivateKey]:
    """All certificates in *content*, the key's own first, and its first key.

    A password that it does not need is ignored.
    """
    bundle = _load(content, password)
    own = [bundle.cert] if bundle.cert else []
    certificates = [entry.certificate for entry in (*own, *bundle.additional_certs)]
    if bundle.key is None:
        raise unusable(content, "is PKCS#12 that holds no private key. Export the certificate together with its key.")
    if not certificates:
        raise ConfigurationError(
            f"{content.where} is PKCS#12 that holds no certificate. Export the key together with its certificate."
        )
    return certificates, only_rsa(content, bundle.key)


def _load(content: Content, password: bytes | None) -> PKCS12KeyAndCertificates:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509 import InvalidVersion

    for candidate in (None, password):
        try:
            return pkcs12.load_pkcs12(content.data, candidate)
        except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: the password is not UTF-8
            pass
        except InvalidVersion:
            raise unusable(
                content,
                "is PKCS#12 with a certificate that cannot be read, possibly that of an issuer. Leave the issuers "
                "out, and give what this writes: openssl pkcs12 -in FILE -clcerts -out combined.pem",
            ) from None
    if not password:
        raise unusable(content, "is PKCS#12 and encrypted. Give its password as private_key_password.")
    # cryptography does not reliably tell which of the three it is.
    raise unusable(
        content,
        "is PKCS#12, and private_key_password does not open it: it is wrong, the file is damaged, or its cipher is not "
        "known. If OpenSSL opens it, use what this writes: openssl pkcs12 -legacy -in FILE -out combined.pem",
    )
