# Source of both colours: scripts/codegen.py emits this file twice.
"""The client: settings, credentials and life cycle."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self, Unpack

from anaplan_sdk._core.frames import with_emptied_frames
from anaplan_sdk._core.login.basic import Credentials
from anaplan_sdk._core.login.certificate.material import Source
from anaplan_sdk._core.login.certificate.signing import PayloadVersion
from anaplan_sdk._core.login.choice import Secrets, bound, credentials
from anaplan_sdk._core.login.stores import TokenStore
from anaplan_sdk._io.environment import environment, expanded
from anaplan_sdk._settings import Knobs, Settings, Variable, chosen, varied, with_knobs
from anaplan_sdk.errors import ConfigurationError

from .bulk.actions import Actions
from .bulk.catalog import Catalog
from .bulk.composites import Composites
from .bulk.files import Files
from .bulk.models import Models
from .bulk.rejects import Rejects
from .bulk.tenant import Tenant
from .check import Check
from .engine.session import Session
from .scope import Scope

if TYPE_CHECKING:
    from .admin.client import AsyncAdminClient
    from .alm.client import AsyncAlmClient
    from .audit.client import AsyncAuditClient
    from .cloudworks.client import AsyncCloudWorksClient
    from .scim.client import AsyncScimClient
    from .transactional.client import AsyncTransactionalClient


class AsyncClient(Tenant, Models, Catalog, Files, Actions, Rejects, Composites, Check):
    """A client for one Anaplan tenant and, for the calls that are about a model, one of its models.

    Nothing is sent before the first call. Use it in a ``with`` statement or call ``close`` when you are done; either is
    optional. It may be shared by any number of threads and tasks. Make clients of further models with
    ``from_existing``, and clients with other settings with ``with_options``. Every call takes ``timeout`` in seconds
    (None for no limit) and raises WaitTimeoutError when it passes.
    """

    _derived = False

    @with_emptied_frames
    @with_knobs(Knobs)
    def __init__(
        self,
        workspace_id: str | None = None,
        model_id: str | None = None,
        user_email: str | None = None,
        password: str | None = None,
        certificate: Source | None = None,
        private_key: Source | None = None,
        private_key_password: str | bytes | None = None,
        token: str | None = None,
        auth: Credentials | None = None,
        *,
        token_store: TokenStore | None = None,
        api_url: str | None = None,
        auth_url: str | None = None,
        oauth_url: str | None = None,
        certificate_payload: PayloadVersion | None = None,
        settings: Settings | None = None,
        **knobs: Unpack[Knobs],
    ) -> None:
        """Arguments take precedence over ``ANAPLAN_<NAME>`` variables, and those over the region's defaults.

        Args:
            workspace_id: The workspace of the model; looked up from the model if left out.
            model_id: The model that model-specific calls are about.
            user_email: Basic authentication, with ``password``.
            password: The password of ``user_email``.
            certificate: Certificate authentication: a path (``~`` and variables are expanded), PEM text, or bytes of
                PEM, DER or PKCS#12 (``.p12``, ``.pfx``).
            private_key: The RSA key of the certificate, in the same forms; leave it out if the PKCS#12 or the
                certificate's PEM contains it.
            private_key_password: The password of an encrypted private key, or of the PKCS#12.
            token: A token that was obtained elsewhere. It cannot be renewed.
            auth: An OAuth grant, or any object with the methods of ``Credentials``. Give only one way to log in;
                credentials given as arguments are never mixed with credentials from the environment.
            token_store: Shares tokens between clients and processes, e.g. ``FileStore()``. Only one of them logs in at
                a time; the others reuse its token.
            api_url: The base URL of the Integration and ALM APIs, instead of the region's.
            auth_url: The base URL of the authentication service.
            oauth_url: The base URL of the OAuth service.
            certificate_payload: Pin the format of what is signed for a certificate log-in: ``"v1"`` or ``"v2"``. By
                default v2, then v1 once if v2 is refused.
            settings: Settings to start from.
            knobs: Any field of ``Settings`` as a keyword argument, such as ``page_size=500``. It takes precedence over
                ``settings``.

        Raises:
            ConfigurationError: Credentials are missing, incomplete or given twice, or a value is out of range.
        """
        given = environment()
        settings = chosen(settings, knobs, given, api=api_url, auth=auth_url, oauth=oauth_url)
        login = credentials(
            Secrets(user_email, password, certificate, private_key, private_key_password, token, auth),
            Secrets.of_environment(given),
            auth_url=settings.urls["auth"],
            version=certificate_payload,
            expanded=expanded,
        )
        plain_http = settings.allow_plain_http
        login = bound(login, oauth_url=settings.urls["oauth"], store=token_store, plain_http=plain_http)
        super().__init__(
            Session(settings, login),
            workspace_id or given.get("workspace_id"),
            model_id or given.get("model_id"),
        )

    @classmethod
    def from_existing(
        cls, existing: AsyncClient, *, workspace_id: str | None = None, model_id: str | None = None
    ) -> AsyncClient:
        """A client of another model that shares connections, token and pacing with ``existing``; it costs nothing.

        Closing it leaves ``existing`` open; closing ``existing`` closes both.

        Args:
            existing: A client of the same kind.
            workspace_id: The workspace of the model. By default that of ``existing`` or, with a new ``model_id``,
                looked up from that model.
            model_id: The model; that of ``existing`` by default.

        Raises:
            ConfigurationError: ``existing`` is not a client of this kind.
        """
        if not isinstance(existing, AsyncClient):
            raise ConfigurationError(
                f"from_existing takes a client of its own kind, {cls.__name__}, and not {type(existing).__name__}."
            )
        if workspace_id is None and model_id in (None, existing.model_id):
            workspace_id = existing.workspace_id
        return cls._sharing(existing._session, workspace_id, model_id or existing.model_id)

    @with_knobs(Variable)
    def with_options(self, **knobs: Unpack[Variable]) -> Self:
        """This client with other settings; connections, token and pacing are shared. It costs nothing.

        With ``pacing``, it keeps its own pace. Closing it leaves this one open, and closing this one closes both.

        Args:
            knobs: Fields of ``Settings``, such as ``read_timeout=10``.

        Raises:
            ConfigurationError: A field concerns connections or log-in (make a new client), or a value is out of range.

        Example:
            ```python
            quick = anaplan.with_options(read_timeout=10, retry=RetryPolicy(attempts=2))
            ```
        """
        session = self._session.with_settings(varied(self._session.settings, knobs))
        return self._sharing(session, self._workspace_id, self._model_id)

    @classmethod
    def _sharing(cls, session: Session, workspace_id: str | None, model_id: str | None) -> Self:
        """A client that leaves the connections of *session* to another one."""
        client = cls.__new__(cls)
        Scope.__init__(client, session, workspace_id, model_id)
        client._derived = True
        return client

    @property
    def alm(self) -> AsyncAlmClient:
        """Application Lifecycle Management of the client's model. Raises ConfigurationError without a ``model_id``."""
        from .alm.client import AsyncAlmClient  # as all families: loaded when it is first used

        return AsyncAlmClient(self._session, self._workspace_id, self._model().model_id)

    @property
    def transactional(self) -> AsyncTransactionalClient:
        """Structure, cells and lists of the client's model. Raises ConfigurationError without a ``model_id``."""
        from .transactional.client import AsyncTransactionalClient

        return AsyncTransactionalClient(self._session, self._workspace_id, self._model().model_id)

    @property
    def cloudworks(self) -> AsyncCloudWorksClient:
        """Connections to cloud stores, and the integrations between them and models."""
        from .cloudworks.client import AsyncCloudWorksClient

        return AsyncCloudWorksClient(self._session)

    @property
    def admin(self) -> AsyncAdminClient:
        """Export and import of the tenant's users, and exception users."""
        from .admin.client import AsyncAdminClient

        return AsyncAdminClient(self._session)

    @property
    def audit(self) -> AsyncAuditClient:
        """The audit log of the tenant. It needs no ``model_id``."""
        from .audit.client import AsyncAuditClient

        return AsyncAuditClient(self._session)

    @property
    def scim(self) -> AsyncScimClient:
        """The users of the tenant and their workspaces."""
        from .scim.client import AsyncScimClient

        return AsyncScimClient(self._session)

    async def close(self) -> None:
        """Close all connections. Later calls raise ClientClosedError, also those of clients made from this one.

        Read requests of streams that were left open are deleted first.

        A client that was made from another one leaves the connections open.
        """
        if not self._derived:
            await self._session.close()

    def __getstate__(self) -> NoReturn:
        raise TypeError(f"A {type(self).__name__} cannot be pickled or copied: make a client in each process.")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(workspace_id={self.workspace_id!r}, model_id={self.model_id!r})"
