"""No context of TLS lets others answer in Anaplan's name, or read along."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable

import pytest

from anaplan_sdk._core.http.messages import Request
from anaplan_sdk._io.http.tls import check_context, default_context
from anaplan_sdk.errors import ConfigurationError, TransportError
from stage.wire.authority import Authority
from stage.wire.server import answering, serving

from ..conftest import Connect


def change(act: Callable[[ssl.SSLContext], object]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        act(context)
    return context


def verifying_nothing(context: ssl.SSLContext) -> None:
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE


def verifying_no_host(context: ssl.SSLContext) -> None:
    context.check_hostname = False


def of_old_versions(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1


def of_all_versions(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED


WEAKER = {
    "does not verify certificates and host names": (verifying_nothing, verifying_no_host),
    "below 1.2": (of_old_versions, of_all_versions),
}
WEAKENED = [(words, act) for words, acts in WEAKER.items() for act in acts]
BY_ITS_NAME = pytest.mark.parametrize(("words", "act"), WEAKENED, ids=[act.__name__ for _, act in WEAKENED])


@BY_ITS_NAME
def test_a_context_that_is_weaker_is_refused_at_once(
    connect: Connect, words: str, act: Callable[[ssl.SSLContext], object]
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        connect(ssl_context=change(act))


@BY_ITS_NAME
def test_a_context_that_is_weakened_later_is_refused_at_the_next_request(
    connect: Connect, authority: Authority, words: str, act: Callable[[ssl.SSLContext], object]
) -> None:
    context = ssl.create_default_context(cafile=authority.file)
    with serving(answering(200, b"x"), authority.serving()) as server:
        caller = connect(ssl_context=context)
        assert caller.send(Request("GET", f"{server.url}/")).body == b"x"
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            act(context)
        with pytest.raises(ConfigurationError, match=words):
            caller.send(Request("GET", f"{server.url}/"))
        with pytest.raises(ConfigurationError, match=words):
            caller.stream(Request("GET", f"{server.url}/"))
        assert len(server.requests) == 1


@pytest.mark.parametrize("ciphers", ["ALL:@SECLEVEL=0", "aNULL:@SECLEVEL=0", "DEFAULT:@SECLEVEL=0"])
def test_ciphers_that_protect_nothing(connect: Connect, ciphers: str) -> None:
    with pytest.raises(ConfigurationError, match="ciphers that protect nothing"):
        connect(ssl_context=change(lambda context: context.set_ciphers(ciphers)))


@pytest.mark.parametrize("ciphers", ["DEFAULT:@SECLEVEL=1", "ECDHE+AESGCM", "HIGH:!aNULL"])
def test_ciphers_that_old_proxies_need_are_taken(ciphers: str) -> None:
    check_context(change(lambda context: context.set_ciphers(ciphers)))


def test_the_default_is_held_to_the_same() -> None:
    check_context(default_context())
    assert not default_context().hostname_checks_common_name
    assert default_context() is default_context()


def test_a_certificate_must_name_its_host_as_such(connect: Connect, authority: Authority) -> None:
    with serving(answering(200, b"x"), authority.serving_by_common_name("localhost")) as server:
        caller = connect(ssl_context=ssl.create_default_context(cafile=authority.file))
        with pytest.raises(TransportError, match="certificate is not trusted"):
            caller.send(Request("GET", f"https://localhost:{server.port}/"))
        assert server.requests == []


def test_the_systems_own_authorities_are_held_to_it_as_well(
    connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    default_context.cache_clear()
    try:
        with serving(answering(200, b"x"), authority.serving_by_common_name("localhost")) as server:
            with pytest.raises(TransportError, match="certificate is not trusted"):
                connect().send(Request("GET", f"https://localhost:{server.port}/"))
            assert server.requests == []
        with serving(answering(200, b"x"), authority.serving()) as server:
            assert connect().send(Request("GET", f"{server.url}/")).body == b"x"
    finally:
        default_context.cache_clear()
