"""The device authorization grant: a person confirms a code in any browser, on any machine."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import attrs

from anaplan_sdk._core.flow import Compute, Flow, Once, Pause, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.oauth.grant import DEFAULT_SCOPE, OAuthLogin, logger
from anaplan_sdk._core.login.oauth.messages import (
    DEVICE_CODE,
    answered,
    device_code_request,
    positive,
    token_from,
    unexpected,
)
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import AuthenticationError, OAuthError, TransportError, printable

# RFC 8628: five seconds between polls where the answer names no interval, and five more after each `slow_down`.
_SHORTEST = 1.0  # whatever the answer says
_INTERVAL = 5.0
_SLOWER = 5.0
# What live tenants answer; the parameter is required.
_EXPIRES_IN = 900.0


@attrs.frozen
class DeviceAuthorization(NotPickled):
    """What the person who logs in needs; ``str`` is an instruction for them. Times are in seconds."""

    user_code: str
    verification_uri: str
    verification_uri_complete: str | None = None
    expires_in: float = _EXPIRES_IN
    interval: float = _INTERVAL
    device_code: str = attrs.field(default="", repr=False)

    def __str__(self) -> str:
        minutes = f"within {self.expires_in / 60:.0f} minutes"
        if self.verification_uri_complete is None:
            told = f"Open {self.verification_uri} {minutes}, enter {self.user_code}, and log in to Anaplan."
        else:
            uri = self.verification_uri_complete
            told = f"Open {uri} {minutes}, check the code {self.user_code}, and log in to Anaplan."
        return printable(told)


@attrs.define(eq=False, kw_only=True)
class DeviceGrant(OAuthLogin):
    """A client that is registered in Anaplan for devices, which has no secret.

    The log-in shows a code and waits until a person has confirmed it, for at most 15 minutes. It asks again when the
    refresh token has expired. Anaplan allows this for users with a password, not with single sign-on.

    Args:
        client_id: The id of the registered client.
        oauth_url: The base URL of the OAuth service; by default that of the client which uses the grant.
        rotatable: How the client is registered. A rotatable refresh token can be used once; each renewal returns a new
            one.
        scope: What to ask for; ``offline_access`` is needed for a refresh token.
        user: Keeps the stored tokens of several Anaplan users apart.
        show: Shows the ``DeviceAuthorization``; a plain function, called in a worker thread, ``print`` by default.
    """

    scope: str = DEFAULT_SCOPE
    user: str = ""
    show: Callable[[DeviceAuthorization], object] = attrs.field(default=print, repr=False)

    def log_in(self) -> Flow:
        """Get a code, show it, and wait for its confirmation."""
        request = device_code_request(self._url(), self.client_id, self.scope)
        response: Response = yield request
        authorization = _authorization(request, response)
        yield Compute(lambda: self.show(authorization))
        return (yield from self._confirmed(authorization))

    def store_key(self) -> Generator[Step, Any, str]:
        """Client, and user if one is given."""
        yield from ()
        return f"oauth {self._url()} {self.client_id} {self.user}"

    def _confirmed(self, authorization: DeviceAuthorization) -> Flow:
        end, interval = self.clock() + authorization.expires_in, authorization.interval
        while self.clock() < end:
            yield Pause(interval)
            try:
                token = yield from self._poll(authorization)
            except OAuthError as error:
                # The status is not documented, and differs between services of the kind: the code decides.
                if error.error not in ("authorization_pending", "slow_down"):
                    raise
                interval += _SLOWER if error.error == "slow_down" else 0
            else:
                if token is not None:
                    return token
                interval *= 2  # what RFC 8628 wants after a time-out
        raise AuthenticationError(f"Nobody confirmed the code {authorization.user_code} in time: log in again.")

    def _poll(self, authorization: DeviceAuthorization) -> Generator[Step, Any, Token | None]:
        """The token, once the code is confirmed; None if no response came."""
        request = self._token_request(DEVICE_CODE, device_code=authorization.device_code)
        try:
            response: Response = yield Once(request, again=False)
        except TransportError as error:
            logger.warning("A poll for the device log-in failed: %s", error)
            return None
        if response.status >= 500:
            return None
        return token_from("the device log-in", request, response, self.clock())

    def _log_in_after(self, refusal: OAuthError) -> Flow:
        logger.info("%s", refusal)
        return self.log_in()


def _authorization(request: Request, response: Response) -> DeviceAuthorization:
    answer = answered("the device log-in", request, response)
    for name in ("device_code", "user_code", "verification_uri"):
        if not isinstance(answer.get(name), str) or not answer[name]:
            raise unexpected(request, response, name)
    complete = answer.get("verification_uri_complete")
    return DeviceAuthorization(
        user_code=answer["user_code"],
        verification_uri=answer["verification_uri"],
        verification_uri_complete=complete if isinstance(complete, str) and complete else None,
        expires_in=positive(answer.get("expires_in")) or _EXPIRES_IN,
        interval=max(_SHORTEST, positive(answer.get("interval")) or _INTERVAL),
        device_code=answer["device_code"],
    )
