"""Which way to log in: what the arguments say, or else what the environment says, never a mixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from anaplan_sdk._core.http.messages import in_clear
from anaplan_sdk._core.login.basic import BasicLogin, CertificateLogin, Credentials, StaticToken
from anaplan_sdk._core.login.certificate.material import Material, Source
from anaplan_sdk._core.login.certificate.signing import PayloadVersion
from anaplan_sdk._core.login.oauth.grant import OAuthLogin
from anaplan_sdk._core.login.stored import StoredLogin
from anaplan_sdk._core.login.stores import StorableCredentials, TokenStore
from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import ConfigurationError

_HOW = (
    "user_email= and password= (ANAPLAN_USER_EMAIL, ANAPLAN_PASSWORD), certificate= and private_key= "
    "(ANAPLAN_CERTIFICATE, ANAPLAN_PRIVATE_KEY), token= (ANAPLAN_TOKEN), or auth="
)


@attrs.frozen
class Secrets(NotPickled):
    """Whatever was given to log in with, from one place. Its repr shows names only."""

    user_email: str | None = attrs.field(default=None, repr=False)
    password: str | None = attrs.field(default=None, repr=False)
    certificate: Source | None = attrs.field(default=None, repr=False)
    private_key: Source | None = attrs.field(default=None, repr=False)
    private_key_password: str | bytes | None = attrs.field(default=None, repr=False)
    token: str | None = attrs.field(default=None, repr=False)
    auth: Credentials | None = attrs.field(default=None, repr=False)

    @classmethod
    def of_environment(cls, given: Mapping[str, str]) -> Secrets:
        """Those among the ``ANAPLAN_*`` variables."""
        return cls(
            given.get("user_email"),
            given.get("password"),
            given.get("certificate"),
            given.get("private_key"),
            given.get("private_key_password"),
            given.get("token"),
        )

    def any(self) -> bool:
        """Whether anything at all was given."""
        return any(getattr(self, field.name) is not None for field in attrs.fields(type(self)))


def credentials(
    arguments: Secrets,
    environment: Secrets,
    *,
    auth_url: str,
    version: PayloadVersion | None,
    expanded: Callable[[str], Path] = Path,
) -> Credentials:
    """The one way to log in that was given; none, half a one or several ways are refused.

    *expanded* makes a path of what names the file of a certificate or a key.
    """
    secrets = arguments if arguments.any() else environment
    ways = [way for way in (_auth(secrets), _token(secrets)) if way is not None]
    if secrets.certificate is not None or secrets.private_key is not None:
        ways.append(_certificate(secrets, auth_url, version, expanded))
    if secrets.user_email is not None or secrets.password is not None:
        ways.append(_basic(secrets, auth_url))
    if not ways:
        if secrets.private_key_password is not None:
            raise ConfigurationError("private_key_password was given without the private_key that it opens.")
        raise ConfigurationError(f"No credentials. Give {_HOW}.")
    if len(ways) > 1:
        where = "as arguments" if arguments.any() else "in the environment"
        raise ConfigurationError(f"Several ways to log in were given {where}; give one: {_HOW}.")
    return ways[0]


def bound(login: Credentials, *, oauth_url: str, store: TokenStore | None, plain_http: bool) -> Credentials:
    """*login* with what it takes from its client: the OAuth service, and a store for its tokens."""
    if isinstance(login, OAuthLogin):
        login = login.at(oauth_url)
        if login.oauth_url and in_clear(login.oauth_url) and not plain_http:
            raise ConfigurationError(
                f"auth: the oauth_url of {type(login).__name__} is http://, which would send its secrets in clear "
                "text. Use https://."
            )
    if store is None:
        return login
    if not isinstance(login, StorableCredentials):
        raise ConfigurationError(
            f"token_store: {type(login).__name__} has no store_key(), which says whose tokens are stored. Give it "
            "one; a token= that was obtained elsewhere needs no store."
        )
    return StoredLogin(login, store)


def _auth(secrets: Secrets) -> Credentials | None:
    auth = secrets.auth
    methods = [getattr(auth, name, None) for name in ("log_in", "renew", "log_out")]
    if auth is not None and (isinstance(auth, type) or not all(map(callable, methods))):
        raise ConfigurationError("auth must be an object with the methods log_in, renew and log_out.")
    return auth


def _token(secrets: Secrets) -> Credentials | None:
    return None if secrets.token is None else StaticToken(secrets.token)


def _certificate(
    secrets: Secrets, auth_url: str, version: PayloadVersion | None, expanded: Callable[[str], Path]
) -> Credentials:
    if secrets.certificate is None:
        raise ConfigurationError(
            "private_key was given without its certificate: pass certificate= (ANAPLAN_CERTIFICATE)."
        )
    certificate = Material.of("certificate", secrets.certificate, expanded)
    key = None if secrets.private_key is None else Material.of("private_key", secrets.private_key, expanded)
    return CertificateLogin(certificate, key, secrets.private_key_password, auth_url, version)


def _basic(secrets: Secrets, auth_url: str) -> Credentials:
    if secrets.user_email is None or secrets.password is None:
        given, missing = ("password", "user_email") if secrets.user_email is None else ("user_email", "password")
        raise ConfigurationError(
            f"{given} was given without {missing}: give both in the same place, as arguments or in the environment."
        )
    return BasicLogin(secrets.user_email, secrets.password, auth_url)
