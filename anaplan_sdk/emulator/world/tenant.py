"""A tenant: who may log in, which workspaces and models there are, and who sees them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from .cloudworks.state import CloudWorks
from .events import AuditLog
from .model import Model
from .options import Options
from .revisions import RevisionHistory
from .scripts import TaskScript, TaskScripts


def lower_hex_id() -> str:
    """An id as users, customers and workspaces have them."""
    return uuid.uuid4().hex


def upper_hex_id() -> str:
    """An id as models, tasks and revisions have them."""
    return uuid.uuid4().hex.upper()


Role: TypeAlias = Literal[
    "TENANT_ADMINISTRATOR",
    "USER_ADMINISTRATOR",
    "TENANT_AUDITOR",
    "TENANT_SECURITY_ADMINISTRATOR",
    "INTEGRATION_ADMINISTRATOR",
    "RESTRICTED_INTEGRATION_USER",
]
"""What a user may do in the tenant as a whole."""
ALL_ROLES: frozenset[Role] = frozenset(get_args(Role))


@dataclass(slots=True)
class User:
    """Somebody who may log in. Without a password only a certificate lets them in, as with single sign-on."""

    email: str
    first_name: str
    last_name: str
    password: str | None = field(default=None, repr=False)
    roles: set[Role] = field(default_factory=set[Role])
    active: bool = True
    last_login: float | None = None
    id: str = field(default_factory=lower_hex_id)
    display_name: str | None = None
    """None: first and last name."""
    external_id: str = ""
    licenses: list[str] = field(default_factory=list[str])
    created_at: float = field(default_factory=time.time)
    modified_at: float = field(default_factory=time.time)

    @property
    def shown_name(self) -> str:
        return self.display_name or f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class Workspace:
    """A workspace; ``administrators``, ``members`` and ``visitors`` (from other workspaces) are ids of users.

    Where ``single_sign_on`` is required, a password lets in nobody but the ``exception_users``.
    """

    id: str
    name: str
    administrators: set[str] = field(default_factory=set[str])
    members: set[str] = field(default_factory=set[str])
    visitors: set[str] = field(default_factory=set[str])
    size_allowance: int = 1_073_741_824
    active: bool = True
    single_sign_on: bool = False
    exception_users: set[str] = field(default_factory=set[str])

    def admits(self, user: User) -> bool:
        return user.id in self.members | self.visitors or self.is_administrator(user)

    def is_administrator(self, user: User) -> bool:
        return user.id in self.administrators

    def takes_password(self, user: User) -> bool:
        """Whether who is in it may log in with a password."""
        return not self.single_sign_on or user.id in self.exception_users


@dataclass(slots=True)
class OAuthClient:
    """A client that is registered for OAuth; authorization codes and devices need one each.

    ``rotatable``: every refresh gives a new refresh token, and the old one is used up. ``refresh_seconds`` is how long
    a refresh token lives.
    """

    id: str
    kind: Literal["authorization_code", "device"]
    secret: str | None = field(default=None, repr=False)
    redirect_uris: list[str] = field(default_factory=list[str])
    rotatable: bool = True
    refresh_seconds: float = 43_000.0


@dataclass(slots=True)
class Tenant:
    """Everything the emulator serves. It may be changed while it is served."""

    users: dict[str, User] = field(default_factory=dict[str, User])
    workspaces: dict[str, Workspace] = field(default_factory=dict[str, Workspace])
    models: dict[str, Model] = field(default_factory=dict[str, Model])
    oauth_clients: dict[str, OAuthClient] = field(default_factory=dict[str, OAuthClient])
    options: Options = field(default_factory=Options)
    task_scripts: TaskScripts = field(default_factory=TaskScripts)
    history: RevisionHistory = field(default_factory=RevisionHistory)
    audit: AuditLog = field(default_factory=AuditLog)
    license_names: set[str] = field(default_factory=lambda: {"Professional", "Enterprise"})
    """The licences that users can have. Anaplan does not document the names of its own."""
    cloudworks: CloudWorks = field(default_factory=CloudWorks)
    customer_id: str = field(default_factory=lower_hex_id)

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_workspace(self, workspace: Workspace) -> Workspace:
        self.workspaces[workspace.id] = workspace
        return workspace

    def add_model(self, model: Model) -> Model:
        self.models[model.id] = model
        return model

    def add_oauth_client(self, client: OAuthClient) -> OAuthClient:
        self.oauth_clients[client.id] = client
        return client

    @property
    def administrator(self) -> User:
        """The first workspace administrator: who ``Emulator.environment`` logs in; LookupError where there is none."""
        administrators = (user for user in self.users.values() if self.is_workspace_administrator(user))
        first = next(administrators, None)
        if first is None:
            raise LookupError("No user of the tenant is an administrator of one of its workspaces.")
        return first

    def user_with_email(self, email: str) -> User | None:
        email = email.casefold()
        return next((user for user in self.users.values() if user.email.casefold() == email), None)

    def user_with_password(self, email: str, password: str) -> User | None:
        """The active user with this e-mail, if the password is theirs and they may use it.

        Whoever is in several workspaces may, as soon as one of them takes passwords.
        """
        user = self.user_with_email(email)
        if user is None or not user.active or user.password is None or user.password != password:
            return None
        workspaces = [workspace for workspace in self.workspaces.values() if workspace.admits(user)]
        return user if not workspaces or any(workspace.takes_password(user) for workspace in workspaces) else None

    def is_workspace_administrator(self, user: User) -> bool:
        return any(workspace.is_administrator(user) for workspace in self.workspaces.values())

    def shows(self, model: Model, user: User) -> bool:
        """Whether the model is shown to the user at all, be it without access to what is inside."""
        workspace = self.workspaces.get(model.workspace_id)
        return workspace is not None and workspace.admits(user)

    def opens(self, model: Model, user: User) -> bool:
        """Whether the user has a role in the model; without one nearly all of it is masked by 404."""
        return self.shows(model, user) and user.id not in model.no_access

    def script_task(self, object_id: str | int, script: TaskScript) -> None:
        """Arrange how the next run of an import, export, action or process goes, or of a large read of a view or list.

        For the lifecycle of a model the id is ``{model id}/syncTasks``, ``{model id}/comparisonReportTasks`` or
        ``{model id}/summaryReportTasks``; the model is the target.
        """
        self.task_scripts.add(str(object_id), script)

    def release_tasks(self) -> None:
        """Let every task that hangs go on."""
        self.task_scripts.release()
