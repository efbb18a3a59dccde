"""Proxies, from an argument and from the environment, for plain requests and through tunnels."""

from __future__ import annotations

import traceback

import pytest

from anaplan_sdk._core.http.messages import Request
from anaplan_sdk._io.http.origins import Origin, parse_proxy, proxy_from_environment
from anaplan_sdk.errors import ConfigurationError, TransportError
from stage.wire.authority import Authority
from stage.wire.proxy import proxying
from stage.wire.server import Connection, answering, sending, serving

from ..conftest import Connect

CONTENT = b"x" * 600_000
SECRET = "hidden"


def test_a_plain_request_is_passed_on(connect: Connect) -> None:
    with serving(answering(200, CONTENT)) as server, serving(proxying("me", "p@ss:word")) as proxy:
        caller = connect(proxy=f"http://me:p%40ss%3Aword@{proxy.address}")
        for _ in range(2):
            response = caller.send(Request("PUT", f"{server.url}/a%2Fb?c=d", {"Authorization": "secret"}, CONTENT))
            assert response.body == CONTENT
        assert caller.stream(Request("GET", f"{server.url}/")).body == CONTENT
    assert proxy.requests[0].target == f"{server.url}/a%2Fb?c=d"
    assert proxy.requests[0].headers["host"] == server.address
    assert server.requests[0].body == CONTENT
    assert server.requests[0].target == "/a%2Fb?c=d"
    assert proxy.connections == 1


def test_a_tunnel_carries_tls_that_only_the_server_can_read(connect: Connect, authority: Authority) -> None:
    with (
        serving(answering(200, CONTENT), authority.serving()) as server,
        serving(proxying("me", "password")) as proxy,
    ):
        caller = connect(proxy=f"http://me:password@{proxy.address}", ssl_context=authority.trusting)
        for _ in range(2):
            assert caller.send(Request("PUT", server.url, {"Authorization": "secret"}, CONTENT)).body == CONTENT
        assert [(received.method, received.target) for received in proxy.requests] == [("CONNECT", server.address)]
        assert "authorization" not in proxy.requests[0].headers
        assert "proxy-authorization" not in server.requests[0].headers
        assert server.connections == 1


def test_a_proxy_that_itself_speaks_tls(connect: Connect, authority: Authority) -> None:
    with (
        serving(answering(200, b"plain")) as plain,
        serving(answering(200, b"secure"), authority.serving()) as secure,
        serving(proxying("me", "password"), authority.serving()) as proxy,
    ):
        caller = connect(proxy=f"https://me:password@{proxy.address}", ssl_context=authority.trusting)
        assert caller.send(Request("GET", f"{plain.url}/")).body == b"plain"
        assert caller.send(Request("GET", f"{secure.url}/")).body == b"secure"
        caller.close()


def test_a_certificate_is_checked_through_a_tunnel_too(connect: Connect, authority: Authority) -> None:
    with (
        serving(answering(), authority.serving("127.0.0.2")) as server,
        serving(proxying()) as proxy,
        pytest.raises(TransportError, match="certificate is not trusted") as caught,
    ):
        connect(proxy=proxy.url, ssl_context=authority.trusting).send(Request("GET", server.url))
    assert not caught.value.maybe_received
    assert server.requests == []


@pytest.mark.parametrize("user", [f"me:{SECRET}@", "me:@", ""])
def test_a_proxy_that_refuses_a_tunnel(connect: Connect, user: str) -> None:
    with serving(proxying("me", "password")) as proxy, pytest.raises(TransportError, match="407") as caught:
        connect(proxy=f"http://{user}{proxy.address}").send(Request("POST", f"https://127.0.0.1:9/path?{SECRET}"))
    text = "".join(traceback.format_exception(caught.value))
    assert not caught.value.maybe_received
    assert f"through the proxy {proxy.address}" in text
    assert "proxy=" in text
    assert SECRET not in text


def test_a_proxy_that_refuses_a_plain_request_answers_it(connect: Connect) -> None:
    with serving(proxying("me", "password")) as proxy:
        assert connect(proxy=proxy.url).send(Request("GET", "http://127.0.0.1:9/")).status == 407


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(connect: Connect, scheme: str) -> None:
    with serving(answering()) as gone:
        pass
    with pytest.raises(TransportError, match=f"through the proxy {gone.address}: connection refused") as caught:
        connect(proxy=f"http://me:{SECRET}@{gone.address}").send(Request("GET", f"{scheme}://127.0.0.1:9/"))
    assert not caught.value.maybe_received
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("reply", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200"])
def test_a_proxy_that_breaks_off_the_tunnel(connect: Connect, reply: bytes) -> None:
    with serving(sending(reply)) as proxy, pytest.raises(TransportError) as caught:
        connect(proxy=proxy.url).send(Request("GET", "https://127.0.0.1:9/"))
    assert not caught.value.maybe_received


def test_a_proxy_that_never_answers(connect: Connect) -> None:
    with (
        serving(Connection.wait) as proxy,
        pytest.raises(TransportError, match="none was established within 0.1 s") as caught,
    ):
        connect(proxy=proxy.url, connect_timeout=0.1).send(Request("GET", "https://127.0.0.1:9/"))
    assert not caught.value.maybe_received


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_environment_names_a_proxy(connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    with serving(answering(200, b"x")) as proxy:
        monkeypatch.setenv(variable, f"http://me:password@{proxy.address}")
        caller = connect(plain_http=True)
        assert caller.send(Request("GET", "http://api.example.test/path")).body == b"x"
        assert [request.target for request in proxy.requests] == ["http://api.example.test/path"]
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic bWU6cGFzc3dvcmQ="


def test_the_environment_names_a_proxy_for_tls(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(403)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        with pytest.raises(TransportError):
            connect().send(Request("GET", "https://api.example.test"))
        assert [(request.method, request.target) for request in proxy.requests] == [("CONNECT", "api.example.test:443")]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_the_environment_names_no_proxy_for_this_computer(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with serving(answering(200, b"direct")) as server, serving(answering(502)) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        for host in ("127.0.0.1", "localhost"):
            assert connect().send(Request("GET", f"http://{host}:{server.port}/")).body == b"direct"
        assert proxy.requests == []


@pytest.mark.parametrize("host", ["127.3.2.1", "::1", "localhost", "emulator.localhost"])
def test_loopback_never_has_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert proxy_from_environment(Origin("http", host, 80)) is None


@pytest.mark.parametrize(
    ("exempt", "host", "is_exempt"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("other.example, fd00::/8", "fd12::1", True),
        ("[fd12::1]", "fd12::1", True),
        ("fd12::1", "fd12::2", False),
        ("10.0.0.0/8", "api.example.test", False),
        ("example.test", "api.example.test", True),
    ],
)
def test_the_environment_exempts_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, exempt: str, host: str, is_exempt: bool
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    for name in ("HTTPS_PROXY", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", exempt)
    assert (proxy_from_environment(Origin("https", host, 443)) is None) == is_exempt


@pytest.mark.parametrize("url", ["socks5://me:hidden@host:1", "socks://host:1", "SOCKS5H://host"])
def test_a_socks_proxy_is_named_as_such(url: str) -> None:
    with pytest.raises(ConfigurationError, match="ALL_PROXY names a SOCKS proxy") as caught:
        parse_proxy(url, "ALL_PROXY")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("password", ["hid#den", "hid/den", "hid?den", "hid\uff20den", "hid\uff1aden", "a[hidden]b"])
def test_a_password_that_must_be_quoted_is_not_shown(password: str) -> None:
    with pytest.raises(ConfigurationError, match="quote") as caught:
        parse_proxy(f"http://me:{password}@proxy.example:3128", "proxy=")
    assert "den" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_tunnel_that_breaks_has_a_reason(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        connection.receive()
        connection.send(b"HTTP/1.0 200 Connection established\r\n\r\n<html>log in</html>")

    with serving(script) as proxy, pytest.raises(TransportError) as caught:
        connect(proxy=proxy.url).send(Request("GET", "https://api.example.test"))
    assert not caught.value.maybe_received
    assert ": . " not in str(caught.value)
    assert "None" not in str(caught.value)


@pytest.mark.parametrize("exempt", ["api.example.test", "*", "other.example, .example.test"])
def test_the_environment_exempts_a_host(monkeypatch: pytest.MonkeyPatch, exempt: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", exempt)
    assert proxy_from_environment(Origin("http", "api.example.test", 80)) is None


def test_the_argument_comes_before_the_environment(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(200, b"x")) as server, serving(proxying()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", "*")
        assert connect(proxy=proxy.url).send(Request("GET", f"{server.url}/")).body == b"x"
        assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    "url",
    ["socks5://me:hidden@host:1", "http://me:hidden@:1", "http://me:hidden@host:port", "http://me:hidden@host:70000"],
)
def test_a_proxy_that_cannot_be_used_is_refused_at_once(connect: Connect, url: str) -> None:
    with pytest.raises(ConfigurationError, match="proxy=") as caught:
        connect(proxy=url)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_proxy_of_the_environment_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:hidden@host:1")
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="ALL_PROXY"):
        proxy_from_environment(Origin("https", "api.anaplan.com", 443))


def test_credentials_do_not_show() -> None:
    proxy = parse_proxy("http://me:hidden@host:1", "proxy=")
    assert proxy.authorization is not None
    assert "hidden" not in repr(proxy)
    assert proxy.authorization not in repr(proxy)
    assert proxy.url == "http://host:1"
