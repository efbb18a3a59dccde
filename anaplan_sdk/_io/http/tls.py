"""Contexts of TLS: the default one, and those of callers, as long as they keep others from answering for Anaplan."""

from __future__ import annotations

import functools
import ssl

from anaplan_sdk._core.http.messages import TransportOptions
from anaplan_sdk.errors import ConfigurationError

# Bits of the weakest cipher that is not broken.
_MIN_CIPHER_BITS = 112
_INSTEAD = "To trust a private CA, pass ssl.create_default_context(cafile=…) instead."


@functools.cache
def default_context() -> ssl.SSLContext:
    """Made once: loading the certificates of the system takes as long as many requests."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return _strict(context)


def context_for(options: TransportOptions) -> ssl.SSLContext:
    """The context to connect with now. A caller's own may have been changed since the client was made."""
    if options.ssl_context is None:
        return default_context()
    check_verification(options.ssl_context)
    return _strict(options.ssl_context)


def check_context(context: ssl.SSLContext | None) -> None:
    """ConfigurationError for a context that would let anybody answer in Anaplan's name, or read along."""
    if context is None:
        return
    check_verification(context)
    weak = [
        suite["name"]
        for suite in context.get_ciphers()
        # Without authentication no certificate is asked for, whatever verify_mode says.
        if suite.get("auth") == "auth-null" or suite.get("strength_bits", _MIN_CIPHER_BITS) < _MIN_CIPHER_BITS
    ]
    if weak or context.security_level < 1:
        names = f" ({', '.join(weak[:3])}{', …' if len(weak) > 3 else ''})" if weak else ""
        raise ConfigurationError(
            f"The ssl_context allows ciphers that protect nothing{names}. Leave set_ciphers out. {_INSTEAD}"
        )


def check_verification(context: ssl.SSLContext) -> None:
    """The part of it that costs next to nothing."""
    if context.verify_mode != ssl.CERT_REQUIRED or not context.check_hostname:
        raise ConfigurationError(f"The ssl_context does not verify certificates and host names. {_INSTEAD}")
    if context.minimum_version < _lowest_version():
        raise ConfigurationError(
            f"The ssl_context allows TLS below 1.2, which can be broken. Leave its minimum_version alone. {_INSTEAD}"
        )


@functools.cache
def _lowest_version() -> int:
    # Where the system's own configuration decides, the default may say no more than "what is supported".
    return min(ssl.TLSVersion.TLSv1_2, ssl.create_default_context().minimum_version)


def _strict(context: ssl.SSLContext) -> ssl.SSLContext:
    # A certificate names its hosts in subjectAltName; its common name is for people (RFC 9525, 2).
    if context.hostname_checks_common_name:
        context.hostname_checks_common_name = False
    return context
