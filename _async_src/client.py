# Source of both colours: scripts/codegen.py emits this file twice.
"""The client: settings, credentials and life cycle around what the other rooms can do."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

from anaplan_sdk._core.frames import with_emptied_frames
from anaplan_sdk._core.http.pacing import Pacing
from anaplan_sdk._core.http.retry import RetryPolicy
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.login.basic import Credentials
from anaplan_sdk._core.login.certificate.material import Source
from anaplan_sdk._core.login.certificate.signing import PayloadVersion
from anaplan_sdk._core.login.choice import Secrets, bound, credentials
from anaplan_sdk._core.login.stores import TokenStore
from anaplan_sdk._core.transfer.compression import Compression
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.settings import environment, given_urls, plain_http, service_urls, settings

from .bulk.catalog import Catalog
from .bulk.composites import Composites
from .bulk.models import Models
from .bulk.rejects import Rejects
from .bulk.tenant import Tenant
from .check import Check
from .engine.session import Session
from .scope import Scope

if TYPE_CHECKING:
    from .alm.client import AsyncAlmClient


class AsyncClient(Tenant, Models, Catalog, Composites, Rejects, Check):
    """Anaplan: one tenant, and one of its models where a call is about a model.

    Nothing is sent before the first call. Use it in a ``with`` statement, call ``close``, or simply let it go.
    It may be shared by any number of threads and tasks. Clients of further models are made with
    ``from_existing``. Every call takes ``timeout`` in seconds, None for no limit: WaitTimeoutError where it passes.
    """

    _derived = False

    @with_emptied_frames
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
        region: str | None = None,
        api_url: str | None = None,
        auth_url: str | None = None,
        oauth_url: str | None = None,
        urls: Mapping[str, str] | None = None,
        timeout: float = 120.0,
        connect_timeout: float = 30.0,
        retry: RetryPolicy | None = None,
        poll: PollSchedule | None = None,
        pacing: Pacing | None = None,
        page_size: int = 5_000,
        upload_chunk_size: int = 25_000_000,
        concurrency: int = 4,
        compression: Compression = "auto",
        allow_file_creation: bool = False,
        log_out_on_close: bool = False,
        certificate_payload: PayloadVersion | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        allow_plain_http: bool = False,
    ) -> None:
        """An argument goes before its environment variable ``ANAPLAN_<NAME>``, and that before the region's default.

        Args:
            workspace_id: The workspace of the model; found from the model where it is left out.
            model_id: The model that model-specific calls are about.
            user_email: Basic authentication, with *password*.
            password: The password of *user_email*.
            certificate: Certificate authentication: a path (``~`` and variables are expanded), PEM text or bytes, of
                PEM, DER or PKCS#12 (``.p12``, ``.pfx``).
            private_key: The RSA key of the certificate, likewise; left out where PKCS#12 or the certificate's PEM holds
                it.
            private_key_password: The password of an encrypted private key, or of the PKCS#12.
            token: A token made elsewhere. It cannot be renewed.
            auth: An OAuth grant, or any object with the methods of ``Credentials``. Credentials given as arguments
                are never mixed with credentials from the environment, and only one way to log in may be given.
            token_store: Where tokens are kept for other clients and processes, such as ``FileStore()``. Of all that
                share one, only one logs in.
            region: Where the tenant is, such as ``eu3``. The default ``us1`` serves all regions without hosts
                of their own.
            api_url: The base URL of the Integration and ALM APIs, instead of the region's.
            auth_url: The base URL of the authentication service.
            oauth_url: The base URL of the OAuth service.
            urls: The same for any service by its name, such as ``{"api": "https://api.example"}``.
            timeout: The longest silence on a connection, in seconds.
            connect_timeout: The longest time to make a connection, in seconds.
            retry: How often and how patiently a request is repeated.
            poll: When to look at running tasks.
            pacing: A limit of requests per second, shared like the connections. None by default.
            page_size: Rows a page of a listing, 1 to 5,000.
            upload_chunk_size: Uncompressed bytes a chunk, 1 to 50,000,000. Larger chunks are used where the
                content would need more than 1,000.
            concurrency: The most chunks or pages that travel at a time, 1 to 64, for each transfer or listing.
            compression: Of uploads: ``"auto"``, ``"off"``, or a gzip level from 1 to 9.
            allow_file_creation: Let Anaplan create a file where one is uploaded to that does not exist.
            log_out_on_close: Revoke the token when the client is closed, also for others who use it.
            certificate_payload: Pin the format of what is signed at certificate log-in: ``"v1"`` or ``"v2"``.
                By default v2, and v1 once where v2 is refused.
            proxy: The URL of a proxy for everything, with user and password if it wants them. By default the usual
                environment variables (``HTTPS_PROXY``, ``NO_PROXY`` …) decide.
            ssl_context: For a certificate authority of your own. Certificates are always verified, and one that allows
                TLS below 1.2 or ciphers that protect nothing is refused. Its hostname_checks_common_name is turned off.
            allow_plain_http: Take ``http://`` URLs of other computers, which send passwords and tokens in clear: for an
                emulator in a network that nobody else can listen to.

        Raises:
            ConfigurationError: Credentials are missing, incomplete or given twice, or a value is out of range.
        """
        given = environment()
        plain = plain_http(given, allow_plain_http)
        services = service_urls(
            given,
            region=region,
            urls=given_urls(urls, api=api_url, auth=auth_url, oauth=oauth_url),
            plain_http=plain,
        )
        login = credentials(
            Secrets(user_email, password, certificate, private_key, private_key_password, token, auth),
            Secrets.of_environment(given),
            auth_url=services["auth"],
            version=certificate_payload,
        )
        chosen = settings(
            services,
            timeout=timeout,
            connect_timeout=connect_timeout,
            retry=retry or RetryPolicy(),
            poll=poll or PollSchedule(),
            pacing=pacing,
            page_size=page_size,
            upload_chunk_size=upload_chunk_size,
            concurrency=concurrency,
            compression=compression,
            allow_file_creation=allow_file_creation,
            log_out_on_close=log_out_on_close,
            proxy=proxy,
            ssl_context=ssl_context,
            plain_http=plain,
        )
        super().__init__(
            Session(chosen, bound(login, oauth_url=services["oauth"], store=token_store, plain_http=plain)),
            workspace_id or given.get("workspace_id"),
            model_id or given.get("model_id"),
        )

    @classmethod
    def from_existing(
        cls, existing: AsyncClient, *, workspace_id: str | None = None, model_id: str | None = None
    ) -> AsyncClient:
        """A client of another model that shares connections, token and pacing with *existing*; it costs nothing.

        What is left out is taken from *existing*; with a new ``model_id`` alone, the workspace is found from
        that model. Closing it leaves *existing* open; closing *existing* closes both.
        """
        if not isinstance(existing, AsyncClient):
            raise ConfigurationError(
                f"from_existing takes a client of its own kind, {cls.__name__}, and not {type(existing).__name__}."
            )
        client = cls.__new__(cls)
        if workspace_id is None and model_id in (None, existing.model_id):
            workspace_id = existing.workspace_id
        Scope.__init__(client, existing._session, workspace_id, model_id or existing.model_id)
        client._derived = True
        return client

    @property
    def alm(self) -> AsyncAlmClient:
        """Application Lifecycle Management of the client's model. Raises ConfigurationError without a ``model_id``."""
        from .alm.client import AsyncAlmClient  # as all families: loaded when it is first used

        return AsyncAlmClient(self._session, self._workspace_id, self._model().model_id)

    async def close(self) -> None:
        """Give every connection back; calls after that raise ClientClosedError, also those of clients made from it.

        A client that was made with ``from_existing`` leaves the connections to the one that it was made from.
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
