"""Log-in with a certificate against a service that really checks the proof."""

from __future__ import annotations

import json
from base64 import b64decode
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.x509 import load_pem_x509_certificate

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.basic import CertificateLogin
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    InvalidPrivateKeyError,
    TransportError,
)

if TYPE_CHECKING:
    from core.conftest import Perform
    from stage.certificates import KeyPair

AUTH = "https://auth.example.com"
REFUSED = b'{"status":"FAILURE_BAD_CREDENTIAL","statusMessage":"incorrect credentials"}'


@attrs.define
class Service:
    """Checks certificate, signature and time as Anaplan does, and takes a v2 payload once."""

    now: float
    accepts: tuple[str, ...] = ("v1", "v2")
    tolerance: float = 60.0
    tells_time: bool = True
    lost_answers: int = 0
    versions: list[str] = attrs.field(factory=list[str])
    payloads: list[bytes] = attrs.field(factory=list[bytes])

    def __call__(self, request: Request) -> Response:
        """Answer; a lost answer is followed by the same request again, as the retries of a session do it."""
        answer = self._answer(request)
        if not self.lost_answers:
            return answer
        self.lost_answers -= 1
        lost = TransportError("connection reset", maybe_received=True)
        return attrs.evolve(self._answer(request), earlier=(lost,))

    def _answer(self, request: Request) -> Response:
        headers = {"date": formatdate(self.now, usegmt=True)} if self.tells_time else {}
        version, data = _verified(request)
        fresh = version == "v1" or (data not in self.payloads and self._in_time(data))
        self.versions.append(version)
        self.payloads.append(data)
        if version not in self.accepts or not fresh:
            return Response(401, headers, REFUSED)
        info = {"tokenValue": f"token-{len(self.versions)}", "expiresAt": (self.now + 2_100) * 1000}
        return Response(201, headers, json.dumps({"status": "SUCCESS", "tokenInfo": info}).encode())

    def _in_time(self, data: bytes) -> bool:
        return abs(int.from_bytes(data[:8], "big") - self.now) <= self.tolerance


def _verified(request: Request) -> tuple[str, bytes]:
    """Version and payload of a request whose proof is right; raises where it is not."""
    assert request.url == f"{AUTH}/token/authenticate"
    assert request.headers["Content-Type"] == "application/json"
    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    assert scheme == "CACertificate"
    pem = b64decode(encoded)
    assert b"PRIVATE" not in pem
    assert request.body is not None
    body = json.loads(bytes(request.body))
    key, data = load_pem_x509_certificate(pem).public_key(), b64decode(body["encodedData"])
    assert isinstance(key, RSAPublicKey)
    key.verify(b64decode(body["encodedSignedData"]), data, PKCS1v15(), SHA512())
    return body.get("encodedDataFormat", "v1"), data


def login(pair: KeyPair, now: float, **options: Any) -> CertificateLogin:
    return CertificateLogin(pair.certificate(), pair.private(), None, AUTH, clock=lambda: now, **options)


def test_the_log_in_sends_a_timed_payload(ada: KeyPair, now: float, perform: Perform) -> None:
    service = Service(now)
    assert perform(login(ada, now).log_in(), service) == Token("token-1", now + 2_100, received_at=now)
    assert service.versions == ["v2"]


def test_where_v2_is_refused_v1_follows_once_and_comes_first_from_then_on(
    ada: KeyPair, now: float, perform: Perform
) -> None:
    service, credentials = Service(now, accepts=("v1",)), login(ada, now)
    perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v1"]
    perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v1", "v1"]


def test_v2_is_found_again_when_anaplan_stops_accepting_v1(ada: KeyPair, now: float, perform: Perform) -> None:
    service, credentials = Service(now, accepts=("v1",)), login(ada, now)
    perform(credentials.log_in(), service)
    service.accepts = ("v2",)
    for _ in range(2):
        perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v1", "v1", "v2", "v2"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_pinned_version_is_the_only_one(version: Any, ada: KeyPair, now: float, perform: Perform) -> None:
    service = Service(now, accepts=())
    with pytest.raises(AuthenticationError, match=rf"payload {version} with 401 \(incorrect credentials\)\. Check"):
        perform(login(ada, now, version=version).log_in(), service)
    assert service.versions == [version]


def test_an_unknown_version_is_refused(ada: KeyPair, now: float) -> None:
    with pytest.raises(ConfigurationError, match="must be 'v1', 'v2' or None, not 'v3'"):
        login(ada, now, version="v3")


def test_a_certificate_that_is_refused_both_ways_says_both(ada: KeyPair, now: float, perform: Perform) -> None:
    service = Service(now, accepts=())
    with pytest.raises(AuthenticationError) as caught:
        perform(login(ada, now).log_in(), service)
    assert service.versions == ["v2", "v1"]
    assert caught.value.status == 401
    assert (
        "refuses the certificate of CN=ada@example.com: payload v2 with 401 (incorrect credentials) and "
        "payload v1 with 401 (incorrect credentials). Check that it is registered"
    ) in str(caught.value)


@pytest.mark.parametrize("version", ["v2", None])
def test_a_wrong_local_clock_is_corrected_by_the_answer(
    version: Any, ada: KeyPair, now: float, perform: Perform
) -> None:
    service, credentials = Service(now, accepts=("v2",)), login(ada, now - 3_600, version=version)
    token = perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v2"]
    assert token.remaining(now - 3_600) == 2_100
    perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v2", "v2"], "the next one should know the time"


def test_a_clock_that_is_known_to_be_wrong_is_no_reason_to_try_again(
    ada: KeyPair, now: float, perform: Perform
) -> None:
    service, credentials = Service(now), login(ada, now - 3_600, version="v2")
    perform(credentials.log_in(), service)
    service.accepts = ()
    with pytest.raises(AuthenticationError):
        perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v2", "v2"]


def test_a_clock_that_is_seconds_off_is_not_blamed(ada: KeyPair, now: float, perform: Perform) -> None:
    service = Service(now, tolerance=5.0)
    perform(login(ada, now - 20).log_in(), service)
    assert service.versions == ["v2", "v1"]


def test_without_a_date_no_clock_is_corrected(ada: KeyPair, now: float, perform: Perform) -> None:
    service = Service(now, accepts=("v2",), tells_time=False)
    with pytest.raises(AuthenticationError):
        perform(login(ada, now - 3_600).log_in(), service)
    assert service.versions == ["v2", "v1"]


def test_a_payload_whose_answer_was_lost_is_replaced(ada: KeyPair, now: float, perform: Perform) -> None:
    service = Service(now, accepts=("v2",), lost_answers=1)
    perform(login(ada, now).log_in(), service)
    first, repeated, anew = service.payloads
    assert first == repeated != anew


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"<html>blocked by policy</html>"),
        (400, b"<html>bad request</html>"),
        (401, b""),
        (401, b'{"error": "denied"}'),
        (401, b'{"status": {"code": 401, "message": "unauthorised"}}'),
        (401, b"[]"),
        (403, REFUSED),
    ],
)
def test_a_gateway_gets_no_payload_that_can_be_sent_again(
    status: int, body: bytes, ada: KeyPair, now: float, perform: Perform
) -> None:
    formats: list[str] = []

    def gateway(request: Request) -> Response:
        formats.append(_verified(request)[0])
        return Response(status, {}, body)

    with pytest.raises(AuthenticationError, match="does not look like Anaplan's") as caught:
        perform(login(ada, now).log_in(), gateway)
    assert formats == ["v2"]
    assert caught.value.status == status
    assert "certificate_payload='v1'" in str(caught.value)


@pytest.mark.parametrize("status", [400, 401])
def test_anaplans_own_refusal_is_followed_by_the_other_format(
    status: int, ada: KeyPair, now: float, perform: Perform, caplog: pytest.LogCaptureFixture
) -> None:
    service, formats = Service(now, accepts=("v1",)), list[str]()

    def anaplan(request: Request) -> Response:
        formats.append(_verified(request)[0])
        answer = service(request)
        return answer if answer.status == 201 else attrs.evolve(answer, status=status)

    perform(login(ada, now).log_in(), anaplan)
    assert formats == ["v2", "v1"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "Anaplan refuses payload v2 of the certificate; trying v1, which has no timestamp."
    ]


def test_where_v2_was_accepted_no_v1_is_sent_any_more(ada: KeyPair, now: float, perform: Perform) -> None:
    service, credentials = Service(now), login(ada, now)
    perform(credentials.log_in(), service)
    service.accepts = ("v1",)
    with pytest.raises(AuthenticationError):
        perform(credentials.log_in(), service)
    assert service.versions == ["v2", "v2"]


def test_another_failure_is_not_taken_for_a_refusal(ada: KeyPair, now: float, perform: Perform) -> None:
    with pytest.raises(ApiError, match="503"):
        perform(login(ada, now).log_in(), lambda _: Response(503, {}, b""))


def test_what_is_wrong_with_the_files_is_found_before_anything_is_sent(
    ada: KeyPair, bob: KeyPair, now: float, perform: Perform, tmp_path: Path
) -> None:
    mismatched = CertificateLogin(ada.certificate(), bob.private(), None, AUTH, clock=lambda: now)
    with pytest.raises(InvalidPrivateKeyError, match="does not belong to"):
        perform(mismatched.log_in())
    with pytest.raises(ConfigurationError, match="private_key: no such file"):
        perform(CertificateLogin(ada.certificate(), tmp_path / "none", None, AUTH).log_in())
    with pytest.raises(AuthenticationError, match="expired on"):
        perform(login(ada, now + 400 * 86_400).log_in())


def test_files_are_read_at_each_log_in(
    ada: KeyPair, bob: KeyPair, now: float, perform: Perform, tmp_path: Path
) -> None:
    path = tmp_path / "combined.pem"
    subjects: list[str] = []

    def service(request: Request) -> Response:
        pem = b64decode(request.headers["Authorization"].split()[1])
        subjects.append(load_pem_x509_certificate(pem).subject.rfc4514_string())
        return Service(now)(request)

    credentials = CertificateLogin(str(path), None, "secret", AUTH, clock=lambda: now)
    for pair in (ada, bob):
        path.write_bytes(pair.certificate() + pair.private(b"secret"))
        perform(credentials.log_in(), service)
    assert subjects == ["CN=ada@example.com", "CN=bob@example.com"]


def test_a_renewal_needs_no_file(ada: KeyPair, now: float, perform: Perform, tmp_path: Path) -> None:
    body = {"tokenInfo": {"tokenValue": "fresh", "expiresAt": (now + 2_100) * 1000}}
    credentials = CertificateLogin(tmp_path / "gone.pem", None, None, AUTH, clock=lambda: now)
    renewed = perform(credentials.renew(Token("t", now + 100)), lambda _: Response(200, {}, json.dumps(body).encode()))
    assert renewed.value == "fresh"


def test_nothing_shows_key_or_password(ada: KeyPair, now: float) -> None:
    credentials = CertificateLogin(ada.certificate(), ada.private(b"secret"), "secret", AUTH, clock=lambda: now)
    assert "secret" not in repr(credentials)
    assert "BEGIN" not in repr(credentials)
