"""What all OAuth log-ins share: an access token is renewed with its refresh token."""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import Any, Self

import attrs

from anaplan_sdk._core.flow import Flow, Once, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.oauth.messages import token_from, token_request
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import AuthenticationError, ConfigurationError, OAuthError, TransportError, WaitTimeoutError

logger = logger_of("auth")

# offline_access is what yields a refresh token.
DEFAULT_SCOPE = "openid email offline_access"


@attrs.define(eq=False, kw_only=True)
class OAuthLogin(NotPickled, ABC):
    """A registered client at Anaplan's OAuth service. A subclass says how to get a first token.

    ``oauth_url`` defaults to that of the client which uses it. ``rotatable`` is how the client is registered: a
    rotatable refresh token can be used once, and each renewal returns a new one; its exchange is therefore never
    repeated.
    """

    client_id: str
    client_secret: str | None = attrs.field(default=None, repr=False)
    oauth_url: str | None = None
    rotatable: bool = True
    clock: Callable[[], float] = attrs.field(default=time.time, repr=False)
    # Refresh tokens in an exchange that has not been answered: Anaplan may have used them up.
    _unanswered: set[str] = attrs.field(factory=set[str], init=False, repr=False)
    _elsewhere: dict[str, Self] = attrs.field(factory=dict, init=False, repr=False)

    @abstractmethod
    def log_in(self) -> Flow:
        """Get a first token."""

    @abstractmethod
    def store_key(self) -> Generator[Step, Any, str]:
        """Who logs in where, as the key of stored tokens."""

    def at(self, oauth_url: str) -> Self:
        """The same log-in at ``oauth_url``, unless it already has a URL."""
        if self.oauth_url:
            return self
        # One object for all clients: a code or a rotatable refresh token exists once.
        return self._elsewhere.setdefault(oauth_url, attrs.evolve(self, oauth_url=oauth_url))

    def is_fresh(self) -> bool:
        """Whether it holds something new from a person that has not been used yet."""
        return False

    def renew(self, token: Token) -> Flow:
        """Exchange the refresh token. Without one, or if its exchange got no response before, log in again."""
        if token.refresh_token is None or token.refresh_token in self._unanswered:
            return (yield from self.log_in())
        try:
            return (yield from self._refresh(token.refresh_token))
        except OAuthError as error:
            if error.error != "invalid_grant":
                raise
            return (yield from self._log_in_after(error))

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        """Nothing is sent: Anaplan documents no way to revoke OAuth tokens. They are only forgotten."""
        yield from ()

    def _log_in_after(self, refusal: OAuthError) -> Flow:
        """Log in again after the refresh token was refused, which needs a person."""
        yield from ()
        raise refusal

    def _refresh(self, refresh_token: str) -> Flow:
        request = self._token_request("refresh_token", refresh_token=refresh_token)
        response = yield from self._exchange(request, refresh_token)
        token = token_from("the refresh token", request, response, self.clock())
        self._unanswered.discard(refresh_token)
        # One that does not rotate may be left out of the answer, and stays.
        return token if token.refresh_token else attrs.evolve(token, refresh_token=refresh_token)

    def _exchange(self, request: Request, refresh_token: str) -> Generator[Step, Any, Response]:
        if not self.rotatable:
            response: Response = yield request
            return response
        self._unanswered.add(refresh_token)  # also where the caller is cancelled from here on
        try:
            response = yield from self._once(request, "refresh token")
        except (TransportError, WaitTimeoutError):  # it never reached Anaplan
            self._unanswered.discard(refresh_token)
            raise
        if response.status >= 400:  # refused, and not used up
            self._unanswered.discard(refresh_token)
        return response

    def _once(self, request: Request, used: str) -> Generator[Step, Any, Response]:
        """The response to a request that uses something up. It is never repeated if it may have been received."""
        try:
            response: Response = yield Once(request)
        except TransportError as error:
            if not error.maybe_received:
                raise
            raise _lost(used, None) from error
        if response.status >= 500:  # of a gateway too, behind which the exchange may have taken place
            raise _lost(used, response.status)
        return response

    def _token_request(self, grant_type: str, **parameters: str) -> Request:
        return token_request(
            self._url(), grant_type, client_id=self.client_id, client_secret=self.client_secret, **parameters
        )

    def _url(self) -> str:
        if self.oauth_url is None:
            raise ConfigurationError(
                f"{type(self).__name__}: give oauth_url=, the application host of the tenant's region."
            )
        return self.oauth_url.rstrip("/")


@attrs.define(eq=False, kw_only=True)
class RefreshTokenGrant(OAuthLogin):
    """A refresh token that was obtained elsewhere, such as by a web application or on another machine.

    A rotatable one is used up by the first log-in: give a token store as well, or the next process cannot log in.
    ``client_secret`` is needed for clients that are registered for authorization codes.
    """

    refresh_token: str = attrs.field(repr=False)

    def log_in(self) -> Flow:
        """Exchange the refresh token."""
        if self._unanswered:
            raise _lost("refresh token", None)
        return (yield from self._refresh(self.refresh_token))

    def store_key(self) -> Generator[Step, Any, str]:
        """Client, and a digest of the refresh token that was given, which stands for its user."""
        yield from ()
        digest = hashlib.sha256(self.refresh_token.encode()).hexdigest()
        return f"oauth {self._url()} {self.client_id} {digest}"


class UsedUpError(AuthenticationError):
    """A code or refresh token that may have been used up although nobody received the new tokens."""


def is_used_up(error: AuthenticationError) -> bool:
    """Whether the refresh token can no longer be used by anyone. No other refusal says so."""
    return isinstance(error, UsedUpError) or (isinstance(error, OAuthError) and error.error == "invalid_grant")


def _lost(used: str, status: int | None) -> AuthenticationError:
    what = "was lost" if status is None else f"was {status}"
    return UsedUpError(
        f"The response to the exchange of a {used} {what}. Anaplan may have used it up and issued tokens that never "
        "arrived, so it is not sent again: log in again.",
        status=status,
    )
