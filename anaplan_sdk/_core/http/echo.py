"""Secrets that come back: gateways quote requests in their error pages, which end up in messages and logs."""

from __future__ import annotations

import html
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, quote_plus

import attrs

from anaplan_sdk._core.http.messages import Request, Response, is_page

_HIDDEN = "(hidden)"
# What is shorter would hide ordinary words; nobody has such a token or key, and such a password is none.
_SHORTEST = 4
# Parameters of requests to the OAuth service, and of a log-in with a certificate.
_SECRET_FIELDS = frozenset({"client_secret", "code", "device_code", "refresh_token"})
_SECRET_KEYS = frozenset({"encodedData", "encodedSignedData"})


def without_echo(request: Request, response: Response, others: Iterable[str] = ()) -> Response:
    """*response* without what *request* held in secret, if it is not Anaplan's answer to a success.

    *others* are secrets that the request was sent with, such as that of a proxy. A success is left as it is: it may
    hold the very token that was sent, prolonged.
    """
    if 200 <= response.status < 300 and not _is_text(request, response):
        return response
    text = response.body.decode("utf-8", "surrogateescape")
    hidden = hide(text, (*secrets_of(request), *others))
    return response if hidden == text else attrs.evolve(response, body=hidden.encode("utf-8", "surrogateescape"))


def _is_text(request: Request, response: Response) -> bool:
    """Whether it is a text where Anaplan answers with a JSON object."""
    wants_json = request.headers.get("Accept") == "application/json"
    return is_page(response.headers) or (wants_json and not response.body.lstrip().startswith(b"{"))


def hide(text: str, secrets: Iterable[str]) -> str:
    """*text* without *secrets*, however they are written in it."""
    written = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    for form in sorted(written, key=len, reverse=True):
        text = text.replace(form, _HIDDEN)
    return text


def _forms(secret: str) -> Iterator[str]:
    """As it is, and as JSON, HTML and URLs write it."""
    yield secret
    for form in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (form, form.replace("/", "\\/"))
    yield from (html.escape(secret), html.escape(secret, quote=False))
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))


def secrets_of(request: Request) -> tuple[str, ...]:
    """What *request* holds that must not be shown: credentials in its headers, and in the bodies of log-ins."""
    return (*_in_header(request.headers.get("Authorization", "")), *_in_body(request))


def _in_header(authorization: str) -> Iterator[str]:
    scheme, _, value = authorization.partition(" ")
    yield from (authorization, value)
    if scheme == "Basic":
        try:
            yield b64decode(value).decode().partition(":")[2]
        except ValueError:  # a caller's own header, which is not as it should be
            return


def _in_body(request: Request) -> Iterator[str]:
    kind = request.headers.get("Content-Type", "")
    if request.body is None or ("Authorization" in request.headers and "CACertificate" not in _scheme(request)):
        return
    if kind == "application/x-www-form-urlencoded":
        fields = parse_qsl(bytes(request.body).decode("latin-1"))
        yield from (value for name, value in fields if name in _SECRET_FIELDS)
    elif _scheme(request) == "CACertificate":
        proof = json.loads(bytes(request.body))
        yield from (str(value) for key, value in proof.items() if key in _SECRET_KEYS)


def _scheme(request: Request) -> str:
    return request.headers.get("Authorization", "").partition(" ")[0]
