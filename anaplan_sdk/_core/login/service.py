"""What every log-in at Anaplan's authentication service shares: renewing a token, and ending it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import Any

from anaplan_sdk._core.api import auth
from anaplan_sdk._core.flow import Flow, Step
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.refusals import refusal
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._core.login.token_service import token_from
from anaplan_sdk._core.secret import NotPickled


class ServiceLogin(NotPickled, ABC):
    """A subclass says where the service is, and how to log in."""

    auth_url: str
    clock: Callable[[], float]

    @abstractmethod
    def log_in(self) -> Flow:
        """Get a token with the credentials."""

    def renew(self, token: Token) -> Flow:
        """Refresh *token* while it is valid; log in anew where Anaplan does not do that."""
        if not token.expired(self.clock()):
            request = auth.refresh(self.auth_url, token.header)
            response: Response = yield request
            if response.status // 100 == 2:
                # With the same value or another: both have been seen on live tenants.
                return token_from(request, response, self.clock())
        return (yield from self.log_in())

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        """End *token* for everyone who uses it."""
        request = auth.logout(self.auth_url, token.header)
        response: Response = yield request
        # 401: it had ended already.
        if response.status != 401 and (error := refusal(request, response)) is not None:
            raise error
