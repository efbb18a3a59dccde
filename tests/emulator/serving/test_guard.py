"""Web pages, which may send requests to any computer that runs a browser, cannot drive the emulator."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.serving.patterns import check_pattern
from stage.calls.caller import LIST_FILE, MODEL, WM, Answer, Caller

PAGE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
FAULT = json.dumps({"status": 503, "times": None}).encode()
JSON = {"Content-Type": "application/json"}


def raw(emulator: Emulator, request: str) -> bytes:
    """What comes back for a request that no library would send."""
    address = urlsplit(emulator.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(request.encode())
        answer = b""
        while block := connection.recv(65_536):
            answer += block
    return answer


@pytest.mark.parametrize(
    "headers",
    [
        PAGE | {"Content-Type": "text/plain"},
        {"Origin": "https://evil.example", "Content-Type": "application/json"},
        {"Origin": "null", "Content-Type": "application/json"},
        {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site", "Content-Type": "application/json"},
        {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Content-Type": "application/json"},
    ],
)
@pytest.mark.parametrize("path", ["/emulator/faults", "/emulator/tokens/expire", "/oauth/token"])
def test_pages_of_other_sites_are_refused(
    emulator: Emulator, admin: Caller, nobody: Caller, headers: dict[str, str], path: str
) -> None:
    answer = nobody("POST", path, FAULT, headers=headers)
    assert answer.status == 403
    assert "Pages of another site" in answer.json["status"]["message"]
    assert admin("GET", "/2/0/users/me").status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_pages_of_other_sites_cannot_have_anything_embedded(nobody: Caller, method: str) -> None:
    assert nobody(method, "/emulator/requests", headers=PAGE).status == 403


def test_an_application_may_send_a_browser_to_the_log_in(nobody: Caller) -> None:
    query = f"response_type=code&client_id={'c' * 32}&redirect_uri=https://planning.example.com/callback"
    leads_here = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = nobody("GET", f"/auth/prelogin?{query}", headers=leads_here)
    assert (page.status, b"<form" in page.body) == (200, True)


def test_the_pages_of_the_emulator_may_use_it(emulator: Emulator, nobody: Caller) -> None:
    own = {
        "Origin": emulator.url,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert nobody("POST", "/activate", b"user_code=x", headers=own).status == 401


@pytest.mark.parametrize(
    "name",
    ["rebound.evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::1", "1", "", "127.0.0.1:80:80"],
)
def test_names_that_a_page_could_point_to_it_are_refused(emulator: Emulator, admin: Caller, name: str) -> None:
    port = urlsplit(emulator.url).port
    for host in {name, f"{name}:{port}"}:
        answer = raw(emulator, f"GET /emulator/requests HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        assert answer.split(b" ", 2)[1] in (b"400", b"421"), host
        assert b"authenticate" not in answer


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "app.localhost", "127.0.0.1", "[::1]", "192.0.2.7"])
def test_addresses_and_localhost_lead_to_it(emulator: Emulator, name: str) -> None:
    answer = raw(emulator, f"GET /2/0/users/me HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 401")


def test_a_name_that_it_was_given_leads_to_it() -> None:
    with Emulator(host_names=["Emulator.internal"]) as emulator:
        caller = Caller(emulator.url)
        hosts = ("emulator.internal:8000", "other")
        statuses = [caller("GET", "/2/0/users/me", headers={"Host": host}).status for host in hosts]
    assert statuses == [401, 421]


@pytest.mark.parametrize("headers", ["", "Host: 127.0.0.1\r\nHost: evil.example\r\n"])
def test_a_request_has_one_host(emulator: Emulator, headers: str) -> None:
    answer = raw(emulator, f"GET /emulator/requests HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")
    assert answer[8:13] == b" 400 "


def test_an_address_in_the_request_line_counts_too(emulator: Emulator) -> None:
    answer = raw(
        emulator,
        "GET http://evil.example/emulator/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 421")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_the_control_surface_takes_json_only(emulator: Emulator, kind: str) -> None:
    headers = f"Content-Type: {kind}\r\n" if kind else ""
    for path, body in (("faults", FAULT.decode()), ("tokens/expire", "{}"), ("oauth/authorize", "{}")):
        answer = raw(
            emulator,
            f"POST /emulator/{path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}",
        )
        assert answer.startswith(b"HTTP/1.1 415"), path
    assert Caller(emulator.url)("GET", "/emulator/faults").json == {"faults": []}


def test_what_has_no_body_needs_no_type(nobody: Caller) -> None:
    assert nobody("POST", "/emulator/tokens/expire").status == 204
    assert nobody("DELETE", "/emulator/faults").status == 204


def test_refused_requests_are_none_of_the_clients_and_are_logged(
    emulator: Emulator, nobody: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    nobody("GET", "/2/0/users/me\x7f".replace("\x7f", "%0A"), headers={"Host": "evil.example"})
    assert emulator.requests == []
    assert "refused GET '/2/0/users/me\\n'" in caplog.text


@pytest.fixture
def ipv6() -> Iterator[Emulator]:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("needs IPv6")
    with Emulator(host="::1") as emulator:
        yield emulator


def test_it_serves_over_ipv6(ipv6: Emulator) -> None:
    assert ipv6.url.startswith("http://[::1]:")
    assert Caller.logged_in(ipv6)("GET", "/2/0/users/me").status == 200


@pytest.mark.parametrize(
    "pattern",
    [
        "^/(([a-z0-9/])+)+$",
        "(a|a)*$",
        "(a*)*b",
        "(?:a+)+b",
        "(x){2,}",
        r"(a)\1",
        "(?=a)b",
        "(?P<n>a)",
        ".*a.*b.*c.*d",
        "(a|a)" * 20,
        "a?" * 20,
        "[^]*]+[a]*x{1,}",
        "x{5000}",
        "a" * 501,
    ],
)
def test_patterns_that_could_take_long_are_refused_over_http(nobody: Caller, pattern: str) -> None:
    answer = nobody("POST", "/emulator/faults", {"path": pattern, "status": 503})
    assert answer.status == 400
    assert answer.json["status"]["message"].startswith("path ")


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "/chunks/",
        "/imports$",
        r"/chunks/[0-9]+$",
        r"^/2/0/models/[0-9A-F]{32}/(imports|exports)/\d+/tasks$",
        "/tasks/.*?/dump",
        "/(?:files|chunks)/?$",
        r"a\+b\*c\?",
        "[*+?|]",
    ],
)
def test_patterns_that_name_paths_are_taken(nobody: Caller, pattern: str) -> None:
    assert nobody("POST", "/emulator/faults", {"path": pattern, "status": 503}).status == 201


@pytest.mark.parametrize("pattern", [".*.*x", "(a|a)" * 18 + "b", "a?" * 18 + "b", "/.*a.*?b", "[a/]*[a/]*$x"])
def test_the_worst_patterns_end(emulator: Emulator, admin: Caller, pattern: str) -> None:
    check_pattern(pattern)
    emulator.inject(Fault(path=pattern, status=503))
    assert admin("GET", "/2/0/" + "a" * 4_000 + "!").status == 404


def test_searches_with_many_wildcards_end(admin: Caller) -> None:
    assert admin("GET", f"{MODEL}/x?s=y").status == 404
    answer = admin("GET", "/2/0/users?s=" + "%25a" * 60)
    assert answer.status == 200
    assert "users" not in answer.json


@pytest.mark.parametrize(
    "path",
    [
        "/2/0/models/..%2F..%2Fetc%2Fpasswd/files",
        "/2/0/../../../../etc/passwd",
        f"{WM}/files/..%2f..%2f..%2fetc%2fpasswd",
        f"{WM}/files/{LIST_FILE}/chunks/..%2F..%2F0",
        f"{WM}/files/{LIST_FILE}/chunks/-1",
        f"{WM}/files/{LIST_FILE}/chunks/%00",
        f"{WM}/files/{LIST_FILE}/chunks/" + "9" * 5_000,
        f"{WM}/files/{LIST_FILE}/chunks/%D9%A3%D9%A3",
        f"{WM}/imports/%2e%2e/tasks/%2e%2e",
        "/emulator/models/..%2f/structure",
    ],
)
def test_ids_are_no_paths(admin: Caller, path: str) -> None:
    assert admin("GET", path).status == 404


@pytest.mark.parametrize("name", ["limit", "offset"])
def test_numbers_without_end_are_refused(admin: Caller, name: str) -> None:
    answer = admin("GET", f"/2/0/users?{name}=" + "9" * 5_000)
    assert answer.status == 400
    assert admin("GET", f"/2/0/users?{name}=" + "9" * 30).status == 200


@pytest.mark.parametrize("head", ["x" * 100_000, "X-Large: " + "x" * 100_000])
def test_huge_heads_are_refused_and_others_served(emulator: Emulator, admin: Caller, head: str) -> None:
    try:
        answer = raw(emulator, f"GET /2/0/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n\r\n")
    except ConnectionError:  # it does not read to the end what it has refused
        answer = b"HTTP/1.0 400 "
    assert answer[8:13] == b" 400 "
    assert admin("GET", "/2/0/users/me").status == 200


@pytest.mark.parametrize("value", ["Basic \xff\xfe", "Basic ====", "Basic", "CACertificate \xff", "Basic YQ"])
def test_credentials_that_are_none_are_refused(emulator: Emulator, value: str) -> None:
    answer = raw(
        emulator,
        "POST /token/authenticate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Length: 0\r\nAuthorization: {value}\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 401")


def test_a_login_under_another_name_gets_no_token(emulator: Emulator) -> None:
    answer: Answer = Caller(emulator.url)(
        "POST",
        "/token/authenticate",
        headers={"Host": "evil.example", "Authorization": "Basic YWRhQGV4YW1wbGUuY29tOmVtdWxhdG9yLXBhc3N3b3Jk"},
    )
    assert answer.status == 421
    assert b"tokenValue" not in answer.body


def test_all_addresses_of_its_host_have_one_port(ipv6: Emulator) -> None:
    with Emulator(host="") as everywhere:
        assert Caller.logged_in(everywhere)("GET", "/2/0/users/me").status == 200
        port = urlsplit(everywhere.url).port
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, port or 0), timeout=20).close()
