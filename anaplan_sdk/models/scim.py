"""SCIM: users with their workspaces, and what the service says about itself."""

from __future__ import annotations

from datetime import datetime

import attrs

# The form of entitlements that is written, and the one that repeats all of them in one object.
WORKSPACE, WORKSPACE_IDS = "WORKSPACE", "WORKSPACE_IDS"


@attrs.frozen
class ScimName:
    """The name of a user. ``formatted`` is made of the other two by Anaplan."""

    given_name: str = ""
    family_name: str = ""
    formatted: str = attrs.field(default="", metadata={"alone": True})


@attrs.frozen
class ScimEmail:
    """An e-mail address of a user; the type is ``work``."""

    value: str = ""
    type: str = ""
    primary: bool | None = None


@attrs.frozen
class Entitlement:
    """An entitlement of a user, in one of the forms in which Anaplan repeats the same workspaces.

    ``type`` is ``WORKSPACE`` (``value`` is the id of one workspace, ``display`` its name), ``WORKSPACE_IDS`` or
    ``WORKSPACE_NAMES`` (``value`` is all of them, separated by commas).
    """

    value: str = ""
    display: str = ""
    type: str = ""
    primary: bool | None = None


@attrs.frozen
class ScimMeta:
    """When something was created and last changed, and where it is."""

    resource_type: str = ""
    created: datetime | None = None
    last_modified: datetime | None = None
    location: str = ""


@attrs.frozen
class ScimUser:
    """An internal user of the tenant; ``id`` is that of the user in all other APIs. Visiting users are not in SCIM.

    ``active`` says whether the user can log in, None if Anaplan does not tell.
    """

    id: str
    user_name: str = ""
    external_id: str | None = None
    active: bool | None = None
    display_name: str = ""
    name: ScimName = attrs.field(factory=ScimName)
    emails: tuple[ScimEmail, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    meta: ScimMeta | None = attrs.field(default=None, metadata={"display": True})

    @property
    def workspace_ids(self) -> tuple[str, ...]:
        """The ids of the user's workspaces, each once."""
        ids = [each.value for each in self.entitlements if each.type == WORKSPACE]
        if not ids:
            joined = [each.value for each in self.entitlements if each.type == WORKSPACE_IDS]
            ids = [part.strip() for text in joined for part in text.split(",")]
        return tuple(dict.fromkeys(filter(None, ids)))


@attrs.frozen
class ScimSupport:
    """Whether the service says that it has a feature, and its limits. Anaplan's answers are placeholders."""

    supported: bool | None = None
    max_operations: int | None = None
    max_payload_size: int | None = None
    max_results: int | None = None


@attrs.frozen
class AuthenticationScheme:
    """A way to authenticate that the service names."""

    name: str = ""
    type: str = ""
    description: str = ""
    spec_uri: str = attrs.field(default="", metadata={"or": "specUrl"})
    documentation_uri: str = attrs.field(default="", metadata={"or": "documentationUrl"})


@attrs.frozen
class ServiceProviderConfig:
    """What the service says about itself. Do not decide by it: filters and changes work, whatever it says."""

    documentation_uri: str = attrs.field(default="", metadata={"or": "documentationUrl"})
    patch: ScimSupport = attrs.field(factory=ScimSupport)
    bulk: ScimSupport = attrs.field(factory=ScimSupport)
    filter: ScimSupport = attrs.field(factory=ScimSupport)
    change_password: ScimSupport = attrs.field(factory=ScimSupport)
    sort: ScimSupport = attrs.field(factory=ScimSupport)
    etag: ScimSupport = attrs.field(factory=ScimSupport)
    authentication_schemes: tuple[AuthenticationScheme, ...] = ()
    meta: ScimMeta | None = attrs.field(default=None, metadata={"display": True})


@attrs.frozen
class ResourceType:
    """A kind of object that the service has: users."""

    id: str = ""
    name: str = ""
    description: str = ""
    endpoint: str = ""
    schema: str = ""


@attrs.frozen
class SchemaAttribute:
    """An attribute of a schema, with the attributes that it consists of."""

    name: str = ""
    type: str = ""
    description: str = ""
    multi_valued: bool | None = None
    required: bool | None = None
    case_exact: bool | None = None
    mutability: str = ""
    sub_attributes: tuple[SchemaAttribute, ...] = ()


@attrs.frozen
class ScimSchema:
    """The attributes of a kind of object; ``id`` is the name of the schema."""

    id: str = ""
    name: str = ""
    description: str = ""
    attributes: tuple[SchemaAttribute, ...] = ()
