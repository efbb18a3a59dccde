"""Which way to log in is taken, and what is refused."""

from __future__ import annotations

import pytest

from anaplan_sdk._core.login.basic import BasicLogin, CertificateLogin, Credentials, StaticToken
from anaplan_sdk._core.login.choice import Secrets, credentials
from anaplan_sdk.errors import ConfigurationError

PEM = b"-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n"
BASIC = Secrets("ada@example.com", "pass")


def choose(arguments: Secrets | None = None, environment: Secrets | None = None) -> Credentials:
    return credentials(arguments or Secrets(), environment or Secrets(), auth_url="https://auth.example", version=None)


def refusal(arguments: Secrets | None = None, environment: Secrets | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        choose(arguments, environment)
    return str(caught.value)


@pytest.mark.parametrize(
    ("secrets", "kind"),
    [
        (BASIC, BasicLogin),
        (Secrets(certificate=PEM), CertificateLogin),
        (Secrets(certificate=PEM, private_key=PEM, private_key_password="x"), CertificateLogin),
        (Secrets(token="x"), StaticToken),
        (Secrets(auth=StaticToken("x")), StaticToken),
    ],
)
def test_each_way_to_log_in(secrets: Secrets, kind: type) -> None:
    assert isinstance(choose(secrets), kind)
    assert isinstance(choose(secrets, Secrets(token="not this")), kind)
    assert isinstance(choose(None, secrets), kind)


def test_one_argument_is_enough_to_leave_the_environment_alone() -> None:
    assert "user_email was given without password" in refusal(Secrets(user_email="ada@example.com"), BASIC)
    assert "password was given without user_email" in refusal(Secrets(password="x"), BASIC)
    assert "private_key was given without its certificate" in refusal(Secrets(private_key=PEM), BASIC)
    assert "private_key_password was given without" in refusal(Secrets(private_key_password="x"), BASIC)
    assert "user_email is empty" in refusal(Secrets(user_email="", password="x"), BASIC)


def test_no_way_at_all_names_every_way() -> None:
    text = refusal()
    for name in ("user_email=", "ANAPLAN_PASSWORD", "certificate=", "ANAPLAN_PRIVATE_KEY", "ANAPLAN_TOKEN", "auth="):
        assert name in text


@pytest.mark.parametrize(
    "several",
    [
        Secrets("ada@example.com", "pass", token="x"),
        Secrets("ada@example.com", "pass", certificate=PEM),
        Secrets(token="x", certificate=PEM),
        Secrets(token="x", auth=StaticToken("x")),
    ],
)
def test_several_ways_are_refused(several: Secrets) -> None:
    assert "Several ways to log in were given as arguments" in refusal(several)
    assert "Several ways to log in were given in the environment" in refusal(None, several)


def test_secrets_of_the_environment() -> None:
    assert Secrets.of_environment({"user_email": "ada@example.com", "password": "pass", "model_id": "M"}) == BASIC
    assert not Secrets.of_environment({"model_id": "M"}).any()


def test_secrets_are_not_shown() -> None:
    given = Secrets("ada@example.com", "pa55", PEM, PEM, "op3n", "t0ken")
    assert all(secret not in repr(given) for secret in ("ada", "pa55", "MII", "op3n", "t0ken"))
    for text in (refusal(given), refusal(Secrets(password="pa55"))):
        assert all(secret not in text for secret in ("pa55", "MII", "op3n", "t0ken"))
