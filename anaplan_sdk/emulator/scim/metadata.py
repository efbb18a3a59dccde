"""What SCIM says of itself, to anybody."""

from __future__ import annotations

from aiohttp import web

from ..serving.envelope import origin
from ..serving.listing import Row
from .answers import PREFIX, answer
from .resources import SCHEMA
from .users import LIST

_DATE = "2021-01-01T00:00:00.000Z"
_PAGE = 10


async def configuration(request: web.Request) -> web.Response:
    """What is supported, whatever else is said of it elsewhere: patches and filters work."""
    scheme = {
        "name": "OAuth Bearer Token",
        "type": "oauthbearertoken",
        "description": "Authentication with an auth token",
        "specUri": "https://www.rfc-editor.org/info/rfc6750",
        "documentationUri": "https://help.anaplan.com",
    }
    return answer(
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "documentationUri": "https://help.anaplan.com",
            "patch": {"supported": True},
            "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": True, "maxResults": 100},
            "changePassword": {"supported": False},
            "sort": {"supported": False},
            "etag": {"supported": False},
            "authenticationSchemes": [scheme],
            "meta": _meta(request, "ServiceProviderConfig", "ServiceProviderConfig"),
        }
    )


async def resource_types(request: web.Request) -> web.Response:
    user = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "User Account",
        "schema": SCHEMA,
        "meta": _meta(request, "ResourceType", "ResourceTypes/User"),
    }
    return _listed(user)


async def schemas(request: web.Request) -> web.Response:
    user = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": SCHEMA,
        "name": "User",
        "description": "User Account",
        "attributes": [
            _attribute("id", "readOnly", returned="always"),
            _attribute("externalId", "readWrite"),
            _attribute("userName", "readOnly", exact=True),
            _attribute("displayName", "readOnly", exact=True),
            _attribute("active", "readWrite", kind="boolean", exact=True),
            {
                **_attribute("name", "readWrite", kind="complex", exact=True),
                "subAttributes": [
                    _attribute("familyName", "readWrite", exact=True, required=True),
                    _attribute("givenName", "readWrite", exact=True, required=True),
                    _attribute("formatted", "readOnly", exact=True),
                ],
            },
        ],
        "meta": _meta(request, "Schema", f"Schemas/{SCHEMA}"),
    }
    return _listed(user)


def _attribute(
    name: str,
    mutability: str,
    *,
    kind: str = "string",
    exact: bool = False,
    required: bool = False,
    returned: str = "default",
) -> Row:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "required": required,
        "caseExact": exact,
        "mutability": mutability,
        "returned": returned,
        "uniqueness": "none",
    }


def _meta(request: web.Request, kind: str, path: str) -> Row:
    location = f"{origin(request)}{PREFIX}/{path}"
    return {"resourceType": kind, "created": _DATE, "lastModified": _DATE, "location": location}


def _listed(row: Row) -> web.Response:
    """A list of one, whose page is said to have ten."""
    return answer({"schemas": [LIST], "totalResults": 1, "startIndex": 1, "itemsPerPage": _PAGE, "Resources": [row]})


def routes() -> list[web.RouteDef]:
    return [
        web.get(f"{PREFIX}/ServiceProviderConfig", configuration),
        web.get(f"{PREFIX}/ResourceTypes", resource_types),
        web.get(f"{PREFIX}/Schemas", schemas),
    ]
