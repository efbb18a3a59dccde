"""The authentication service: log in, refresh, validate, log out. Its envelope has a string for a status."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any

from aiohttp import web

from ..serving.envelope import json_object, origin
from ..serving.service import SERVICE, Service, note
from ..world.tenant import User
from ..world.times import epoch_milliseconds
from .tokens import TOKENS, USED_PAYLOADS, Token

SCHEME = "AnaplanAuthToken"


class AuthError(Exception):
    """A log-in or a token that is refused."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(f"{status} {code}")


def bad_credential() -> AuthError:
    return AuthError(401, "FAILURE_BAD_CREDENTIAL", "incorrect credentials")


def bad_header(status: int) -> AuthError:
    return AuthError(status, "FAILURE_BAD_HEADER", "The Authorization header is missing or malformed")


async def authenticate(request: web.Request) -> web.Response:
    """Log in with a password or with a certificate."""
    service = request.app[SERVICE]
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        user = _password_user(service, value)
    elif scheme == "CACertificate":
        user = await _certificate_user(request, service, value)
    else:
        raise bad_header(401)
    if user is None or not user.active:
        known = service.tenant.user_with_email(_email_of(scheme, value))
        note(request, known, "USR-9", "User login failure", object_id=known.id if known else "", success=False)
        raise bad_credential()
    user.last_login = time.time()
    note(request, user, "USR-8", "User login success", object_id=user.id)
    token = request.app[TOKENS].issue(user, service.tenant.options.token_seconds)
    return _answer(request, 201, "Login successful", tokenInfo=_token_info(token))


def _password_user(service: Service, value: str) -> User | None:
    return service.tenant.user_with_password(*_email_and_password(value))


def _email_and_password(value: str) -> tuple[str, str]:
    try:
        email, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:  # not base64, or not UTF-8
        raise bad_header(401) from None
    return email, password


def _email_of(scheme: str, value: str) -> str:
    """Who tried to log in, as far as the request tells."""
    return _email_and_password(value)[0] if scheme == "Basic" else ""


async def _certificate_user(request: web.Request, service: Service, value: str) -> User | None:
    # Imported here because cryptography is slow to load and most log-ins use a password.
    from .certificates import CertificateError, user_of_certificate

    try:
        body = await json_object(request)
    except ValueError:
        raise bad_credential() from None
    try:
        return await asyncio.to_thread(user_of_certificate, service.tenant, request.app[USED_PAYLOADS], value, body)
    except CertificateError as refused:
        note(request, None, "USR-9", "User login failure", success=False)
        raise AuthError(401, "FAILURE_BAD_CREDENTIAL", f"incorrect credentials: {refused}") from None


async def refresh(request: web.Request) -> web.Response:
    options = request.app[SERVICE].tenant.options
    token = _valid_token(request, malformed=400)
    token = request.app[TOKENS].renew(token, options.token_seconds, keep_value=options.refresh_keeps_token)
    return _answer(request, 200, "Token refreshed", tokenInfo=_token_info(token))


async def validate(request: web.Request) -> web.Response:
    token = _valid_token(request, malformed=400)
    user_info = {
        "userGuid": token.user.id,
        "userId": token.user.email,
        "customerGuid": request.app[SERVICE].tenant.customer_id,
    }
    token_info = {"expiresAt": epoch_milliseconds(token.expires_at), "tokenId": token.id}
    return _answer(request, 200, "Token validated", userInfo=user_info, tokenInfo=token_info)


async def logout(request: web.Request) -> web.Response:
    token = _valid_token(request, malformed=401)
    request.app[TOKENS].revoke(token)
    note(request, token.user, "USR-10", "User logout success", object_id=token.user.id)
    return web.Response(status=204)


def caller(request: web.Request) -> User | None:
    """Who calls the API, which takes either scheme for either kind of token."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    token = request.app[TOKENS].find(value.strip()) if scheme in (SCHEME, "Bearer") else None
    return token.user if token else None


def _valid_token(request: web.Request, *, malformed: int) -> Token:
    """The caller's token. ``Bearer`` is not accepted here, although the API accepts it."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme != SCHEME or not value.strip():
        raise bad_header(malformed)
    token = request.app[TOKENS].find(value.strip())
    if token is None or token.of_oauth:
        raise AuthError(401, "FAILURE_BAD_TOKEN", "The token is expired or unknown")
    return token


def _token_info(token: Token) -> dict[str, Any]:
    return {
        "expiresAt": epoch_milliseconds(token.expires_at),
        "tokenId": token.id,
        "tokenValue": token.value,
        "refreshTokenId": token.refresh_id,
    }


def _answer(request: web.Request, status: int, message: str, **infos: dict[str, Any]) -> web.Response:
    meta = {"validationUrl": f"{origin(request)}/token/validate"}
    body = {"meta": meta, "status": "SUCCESS", "statusMessage": message, **infos}
    return web.json_response(body, status=status)


@web.middleware
async def auth_errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer refusals in the envelope of the authentication service."""
    try:
        response: web.StreamResponse = await handler(request)
    except AuthError as problem:
        body = {"status": problem.code, "statusMessage": problem.message}
        return web.json_response(body, status=problem.status)
    return response


def routes() -> list[web.RouteDef]:
    return [
        web.post("/token/authenticate", authenticate),
        web.post("/token/refresh", refresh),
        web.get("/token/validate", validate),
        web.post("/token/logout", logout),
    ]
