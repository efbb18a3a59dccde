"""The authorization code grant: a person logs in with a browser, which comes back with a code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from typing import Any

import attrs

from anaplan_sdk._core.flow import Compute, Flow, Step
from anaplan_sdk._core.frames import with_emptied_frames
from anaplan_sdk._core.login.oauth.grant import DEFAULT_SCOPE, OAuthLogin, logger
from anaplan_sdk._core.login.oauth.messages import authorization_url, code_from, token_from
from anaplan_sdk.errors import AuthenticationError, ConfigurationError, OAuthError, TransportError, WaitTimeoutError


@attrs.frozen
class AuthorizationRequest:
    """Where to send the person who logs in, and the ``state`` to keep until they return.

    Its ``str`` is an instruction for that person.
    """

    url: str = attrs.field(repr=False)
    state: str = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"Open this address and log in to Anaplan:\n{self.url}"


@attrs.define(eq=False, kw_only=True)
class AuthorizationCode(OAuthLogin):
    """A code that a browser returned with, used once.

    With None as ``code``: a user who has logged in before and whose tokens are in the token store.
    """

    redirect_uri: str
    code: str | None = attrs.field(default=None, repr=False)
    user: str | None = None

    def log_in(self) -> Flow:
        """Exchange the code. AuthenticationError without one, or the second time: somebody has to log in again."""
        code, self.code = self.code, None
        if code is None:
            raise AuthenticationError(
                "Nobody is logged in: there is no unused code, and no token that can be renewed. "
                "Send the user to the url of a new authorization_request()."
            )
        request = self._token_request("authorization_code", code=code, redirect_uri=self.redirect_uri)
        try:
            response = yield from self._once(request, "code")
        except (TransportError, WaitTimeoutError):  # it never reached Anaplan
            self.code = code
            raise
        return token_from("the authorization code", request, response, self.clock())

    def is_fresh(self) -> bool:
        """Whether the code has not been used yet."""
        return self.code is not None

    def store_key(self) -> Generator[Step, Any, str]:
        """Client and user."""
        yield from ()
        if not self.user:
            raise ConfigurationError("token_store: give user= with the code, to keep the tokens of users apart.")
        return f"oauth {self._url()} {self.client_id} {self.user}"


@attrs.define(eq=False, kw_only=True)
class AuthorizationCodeGrant(OAuthLogin):
    """A client that is registered in Anaplan for authorization codes.

    In a web application: send the user to ``authorization_request().url``, keep its ``state`` in their session, and
    make a client with ``auth=grant.from_redirect(url, state=state)`` when the browser returns. With a token store also
    give a ``user``, and later requests of the same user need only ``auth=grant.returning(user)``.

    In a terminal, pass the grant itself as ``auth``: it shows the URL and asks for the address that the browser ends up
    at. It asks again when the refresh token has expired.

    Args:
        client_id: The id of the registered client.
        client_secret: Its secret.
        oauth_url: The base URL of the OAuth service; by default that of the client which uses the grant.
        rotatable: How the client is registered. A rotatable refresh token can be used once; each renewal returns a new
            one.
        redirect_uri: Exactly one of the registered URIs; Anaplan does not allow ``localhost``.
        scope: What to ask for; ``offline_access`` is needed for a refresh token.
        user: Keeps the stored tokens of several Anaplan users apart.
        show: Shows the ``AuthorizationRequest``; a plain function, called in a worker thread.
        prompt: Asks for the address; a plain function, called in a worker thread.
    """

    redirect_uri: str
    scope: str = DEFAULT_SCOPE
    user: str = ""
    show: Callable[[AuthorizationRequest], object] = attrs.field(default=print, repr=False)
    prompt: Callable[[str], str] = attrs.field(default=input, repr=False)

    def authorization_request(self) -> AuthorizationRequest:
        """A URL to log in at, with a new ``state``. Nothing is sent."""
        state = secrets.token_urlsafe(32)
        url = authorization_url(self._url(), self.client_id, self.redirect_uri, self.scope, state)
        return AuthorizationRequest(url, state)

    @with_emptied_frames
    def from_redirect(self, url: str, *, state: str, user: str | None = None) -> AuthorizationCode:
        """The log-in with the address that the browser returned to.

        Args:
            url: The whole address.
            state: That of the authorization request.
            user: Keeps the stored tokens of several users apart; that of the grant by default.

        Raises:
            AuthenticationError: ``state`` does not match, so the code may be someone else's; or there is no code.
            OAuthError: The log-in was denied.
        """
        return self._with_code(code_from(url, state), user)

    @with_emptied_frames
    def from_code(self, code: str, *, user: str | None = None) -> AuthorizationCode:
        """The log-in with a code, for applications that have compared the ``state`` themselves."""
        return self._with_code(code, user)

    def returning(self, user: str) -> AuthorizationCode:
        """The log-in of a user whose tokens are in the token store; it raises AuthenticationError if they are not."""
        return self._with_code(None, user)

    def log_in(self) -> Flow:
        """Show the URL, ask for the redirect URL, and exchange its code."""
        request = self.authorization_request()
        yield Compute(lambda: self.show(request))
        try:
            url: str = yield Compute(lambda: self.prompt("Paste the address that the browser shows afterwards: "))
        except EOFError:
            raise AuthenticationError(
                "There is no input to read the redirect URL from. Log in from a terminal, with a token store that "
                "this process shares, or use a certificate."
            ) from None
        return (yield from self.from_redirect(url.strip(), state=request.state).log_in())

    def store_key(self) -> Generator[Step, Any, str]:
        """Client, and user if one is given."""
        yield from ()
        return f"oauth {self._url()} {self.client_id} {self.user}"

    def _log_in_after(self, refusal: OAuthError) -> Flow:
        logger.info("%s", refusal)
        return self.log_in()

    def _with_code(self, code: str | None, user: str | None) -> AuthorizationCode:
        return AuthorizationCode(
            client_id=self.client_id,
            client_secret=self.client_secret,
            oauth_url=self.oauth_url,
            rotatable=self.rotatable,
            clock=self.clock,
            redirect_uri=self.redirect_uri,
            code=code,
            user=user or self.user,
        )
