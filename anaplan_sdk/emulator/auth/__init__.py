"""Who calls: the authentication service, and the OAuth service."""

from __future__ import annotations

from itertools import chain

from aiohttp import web

from ..serving.family import Family
from . import authentication, control, oauth, oauth_pages
from .authentication import auth_errors, caller
from .oauth import oauth_errors
from .oauth_grants import GRANTS, Grants
from .tokens import TOKENS, USED_PAYLOADS, Tokens, UsedPayloads


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in (authentication, oauth, oauth_pages, control)))


FAMILY = Family(
    routes,
    services=("auth", "oauth"),
    state={TOKENS: Tokens, GRANTS: Grants, USED_PAYLOADS: UsedPayloads},
    errors=(auth_errors, oauth_errors),
    caller=caller,
)
