"""The emulator as a server in a separate thread."""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import chain
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from . import admin, alm, audit, auth, bulk, cloudworks, scim, transactional
from .auth.oauth_grants import GRANTS
from .auth.oauth_pages import decide_device, redirect_of
from .auth.tokens import TOKENS
from .content.chunks import ChunkReader
from .content.storage import Storage
from .environment import names_tenant, only_variables
from .listening import listening, network_location
from .runs.runner import TaskRunner
from .runs.task import StartedTask
from .serving.app import make_app
from .serving.faults import Fault
from .serving.service import SERVICE, Received, Service
from .transactional.read_requests import READS, ReadRequest
from .world.demo import demo_tenant
from .world.tenant import Tenant, User

FAMILIES = (
    *(auth.FAMILY, bulk.FAMILY, alm.FAMILY, transactional.FAMILY),
    *(cloudworks.FAMILY, scim.FAMILY, audit.FAMILY, admin.FAMILY),
)

T = TypeVar("T")


class Emulator:
    """A local Anaplan: ``with Emulator() as emulator:`` or ``async with Emulator() as emulator:``.

    It serves from a thread, so a blocking test cannot block it, and any number may serve at the same time. Uploads,
    dumps and running tasks end with it; the tenant stays. Requests that address it by another name than ``localhost``,
    its address or its ``host`` are refused, because any web page can have a name point to this computer.

    Args:
        tenant: What it serves; a new demo tenant by default.
        host: The address to listen on.
        port: The port, 0 for any free one.
        latency: Seconds added to every response.
        task_seconds: How long tasks take, in seconds; sets the tenant's option of that name.
        ssl_context: Serve https with this context.
        host_names: Further names to accept.
    """

    def __init__(
        self,
        tenant: Tenant | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        latency: float = 0.0,
        task_seconds: float | None = None,
        ssl_context: ssl.SSLContext | None = None,
        host_names: Iterable[str] = (),
    ) -> None:
        self.tenant = demo_tenant() if tenant is None else tenant
        if task_seconds is not None:
            self.tenant.options.task_seconds = task_seconds
        self._host = host
        self._port = port
        self._latency = latency
        self._ssl_context = ssl_context
        self._host_names = [host, *host_names]
        self._app: web.Application | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    @contextmanager
    def unless_configured(cls, tenant: Tenant | None = None) -> Iterator[Emulator | None]:
        """The tenant that the environment names, or an emulator: for programs that can run with either.

            with Emulator.unless_configured() as emulator, Client() as anaplan:
                print("an emulator" if emulator else "your tenant")

        If ``ANAPLAN_USER_EMAIL``, ``ANAPLAN_CERTIFICATE`` or ``ANAPLAN_TOKEN`` is set, this yields None and changes
        nothing. Otherwise it yields an emulator of ``tenant`` (the demo tenant by default), and until the end clients
        use this emulator: the ``ANAPLAN_*`` variables of the process are those of its ``environment``.
        """
        if names_tenant():
            yield None
            return
        with cls(tenant) as emulator, only_variables(emulator.environment):
            yield emulator

    @property
    def url(self) -> str:
        """The base URL: the API is below ``/2/0``, the authentication service below ``/token``."""
        scheme = "https" if self._ssl_context else "http"
        return f"{scheme}://{network_location(self._host or 'localhost', self._port)}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a client use this emulator as its administrator.

        They name the tenant's first workspace and its first model, if it has one.
        """
        user = self.tenant.administrator
        variables = {
            **{f"ANAPLAN_{service.upper()}_URL": self.url for family in FAMILIES for service in family.services},
            "ANAPLAN_WORKSPACE_ID": next(iter(self.tenant.workspaces), ""),
            "ANAPLAN_MODEL_ID": next(iter(self.tenant.models), ""),
            "ANAPLAN_USER_EMAIL": user.email,
            "ANAPLAN_PASSWORD": user.password or "",
        }
        return {name: value for name, value in variables.items() if value}

    @property
    def requests(self) -> list[Received]:
        """The last 18,000 to 20,000 requests in order of arrival, except those of the control surface."""
        return self.state(SERVICE).requests

    def received(self, method: str = "*", path: str = "") -> list[Received]:
        """Those of ``requests`` with this method whose path the regular expression ``path`` matches somewhere."""
        return [
            request
            for request in self.requests
            if method in ("*", request.method) and re.search(path, request.path) is not None
        ]

    @property
    def tasks(self) -> list[StartedTask]:
        """All tasks that were started, whoever did it and however they ended, in order; except forgotten ones."""
        app = self._serving
        started = (family.tasks(app) for family in FAMILIES if family.tasks is not None)
        return sorted(chain.from_iterable(started), key=lambda task: task.created_at)

    @property
    def read_requests(self) -> list[ReadRequest]:
        """Large reads of views and lists in the order of their starts; those that are still open take space."""
        reads = self.state(READS)
        reads.expire(self.tenant.options)
        return reads.snapshots()

    def age_read_requests(self, seconds: float) -> None:
        """Let all large reads be idle for so many more seconds: they expire after ``Options.read_idle_seconds``."""
        self.state(READS).put_forward(seconds)

    def content(self, file_id: int | str, *, user: str | None = None, model_id: str | None = None) -> bytes:
        """What a user would download: their own upload or export output, otherwise the file's default content.

        Args:
            file_id: The file or export.
            user: An e-mail address; the administrator by default.
            model_id: The model; the first one by default.

        Returns:
            The content; empty if the user sees none, as while an upload is incomplete.

        Raises:
            LookupError: There is no such file or user.
        """
        model = self.tenant.models[model_id or next(iter(self.tenant.models))]
        if str(file_id) not in model.files and str(file_id) not in model.exports:
            raise LookupError(f"The model {model.id} has no file {file_id}.")
        who = self._user(user)
        as_admin = self.tenant.workspaces[model.workspace_id].is_administrator(who)
        chunks = self.state(SERVICE).storage.content(model, who, str(file_id), as_admin=as_admin)
        with ChunkReader(chunks) as reader:
            return reader.read()

    @property
    def peak_in_flight(self) -> int:
        """The largest number of requests that were handled at the same time."""
        return self.state(SERVICE).in_flight.peak

    @property
    def latency(self) -> float:
        """Seconds added to every response."""
        return self._latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._latency = seconds
        if self._app is not None:
            self._app[SERVICE].latency = seconds

    def inject(self, fault: Fault) -> None:
        """Add a fault. If several match a request, the one that was added first strikes."""
        self.state(SERVICE).faults.add(fault)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.state(SERVICE).faults.clear()

    def expire_tokens(self) -> None:
        """Refuse every token that has been issued so far."""
        self.state(TOKENS).revoke_all()

    def authorize(self, url: str, email: str | None = None, *, deny: bool = False) -> str:
        """Log in at an OAuth authorization URL as a person would, and return the address where the browser ends up.

        Args:
            url: The authorization URL.
            email: The user who logs in; the administrator by default.
            deny: Deny the log-in instead.

        Raises:
            ValueError: The URL is wrong.
            LookupError: There is no such user.
        """
        return redirect_of(self.tenant, self.state(GRANTS), url, self._user(email), deny=deny)

    def confirm_device(self, user_code: str, email: str | None = None, *, deny: bool = False) -> None:
        """Confirm the code that a device shows, or deny the log-in.

        Args:
            user_code: The code.
            email: The user who logs in; the administrator by default.
            deny: Deny the log-in instead.

        Raises:
            LookupError: No device shows this code, or there is no such user.
        """
        decide_device(self.state(GRANTS), user_code, self._user(email), deny=deny)

    def revoke_grants(self) -> None:
        """Refuse every refresh token and every code that has been issued so far."""
        self.state(GRANTS).revoke_all()

    def _user(self, email: str | None) -> User:
        user = self.tenant.administrator if email is None else self.tenant.user_with_email(email)
        if user is None:
            raise LookupError(f"There is no user with the e-mail {email}.")
        return user

    def state(self, key: web.AppKey[T]) -> T:
        """Internal state of the server or one of its families, for tests of the emulator itself; not a stable API."""
        return self._serving[key]

    @property
    def _serving(self) -> web.Application:
        if self._app is None:
            raise RuntimeError("The emulator does not serve yet; enter it with `with` or `async with`.")
        return self._app

    def __enter__(self) -> Self:
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="anaplan-emulator", daemon=True)
        self._thread.start()
        started.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, traceback)

    def _run(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        storage = Storage(self.tenant.options)
        try:
            runner = TaskRunner(self.tenant, storage)
            service = Service(self.tenant, storage, runner, latency=self._latency)
            self._app = make_app(service, FAMILIES, self._host_names)
            async with listening(self._app, self._host, self._port, self._ssl_context) as self._port:
                started.set_result(None)
                await self._stop.wait()
            await runner.close()
        finally:
            # Threads of tasks and uploads that were cancelled may still be writing.
            await self._loop.shutdown_default_executor()
            storage.close()
