"""The emulator as a server in a thread of its own."""

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

from . import alm, auth, bulk
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
from .world.demo import demo_tenant
from .world.tenant import Tenant, User

FAMILIES = (auth.FAMILY, bulk.FAMILY, alm.FAMILY)

T = TypeVar("T")


class Emulator:
    """An Anaplan of its own: ``with Emulator() as emulator:`` or ``async with Emulator() as emulator:``.

    It serves from a thread, so that a test which blocks cannot block it, and any number may serve at once.
    Uploads, dumps and running tasks end with it; the tenant stays. ``port=0`` takes any free port. ``latency``
    seconds are added to every answer; ``task_seconds`` is how long tasks take (the tenant's option of that name).
    With ``ssl_context`` it serves https. Who calls it by another name than ``localhost``, its address or its ``host``
    is refused, since any web page can have a name point to this computer; ``host_names`` are further names to answer
    to.
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
        """The tenant that the environment names, or else an emulator: for programs that are to run with either.

            with Emulator.unless_configured() as emulator, Client() as anaplan:
                print("an emulator" if emulator else "your tenant")

        Where ``ANAPLAN_USER_EMAIL``, ``ANAPLAN_CERTIFICATE`` or ``ANAPLAN_TOKEN`` is set it gives None and changes
        nothing. Else it gives an emulator of ``tenant`` (the demo tenant unless given), and until the end clients are
        of this emulator: the ``ANAPLAN_*`` variables of the process are those of its ``environment``.
        """
        if names_tenant():
            yield None
            return
        with cls(tenant) as emulator, only_variables(emulator.environment):
            yield emulator

    @property
    def url(self) -> str:
        """Where it serves: the API below ``/2/0``, the authentication service below ``/token``."""
        scheme = "https" if self._ssl_context else "http"
        return f"{scheme}://{network_location(self._host or 'localhost', self._port)}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a client use this emulator as its administrator.

        They name the tenant's first workspace and its first model, where it has one.
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
        """The last 18,000 to 20,000 requests in the order of their arrival, those of the control surface excepted."""
        return self.state(SERVICE).requests

    def received(self, method: str = "*", path: str = "") -> list[Received]:
        """Those of ``requests`` with this method and a path that the regular expression ``path`` is found in."""
        return [
            request
            for request in self.requests
            if method in ("*", request.method) and re.search(path, request.path) is not None
        ]

    @property
    def tasks(self) -> list[StartedTask]:
        """What was started, whoever did it and however it went, in that order; tasks that were forgotten excepted."""
        app = self._serving
        started = (family.tasks(app) for family in FAMILIES if family.tasks is not None)
        return sorted(chain.from_iterable(started), key=lambda task: task.created_at)

    def content(self, file_id: int | str, *, user: str | None = None, model_id: str | None = None) -> bytes:
        """What a user would download: their own upload to a file or output of an export, else the file's default.

        ``user`` is an e-mail, the administrator's unless given; the model is the first one unless given. Nothing where
        the user sees no content, as while an upload is incomplete; a LookupError where there is no such file.
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
        """The most requests that were being handled at once."""
        return self.state(SERVICE).in_flight.peak

    @property
    def latency(self) -> float:
        """Seconds added to every answer."""
        return self._latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._latency = seconds
        if self._app is not None:
            self._app[SERVICE].latency = seconds

    def inject(self, fault: Fault) -> None:
        """Arrange a fault; where several match a request, the one that came first strikes."""
        self.state(SERVICE).faults.add(fault)

    def clear_faults(self) -> None:
        self.state(SERVICE).faults.clear()

    def expire_tokens(self) -> None:
        """Refuse every token that was issued so far."""
        self.state(TOKENS).revoke_all()

    def authorize(self, url: str, email: str | None = None, *, deny: bool = False) -> str:
        """Log in at an OAuth authorization URL as a person would, and return where the browser ends up.

        Who logs in is the administrator, or the user with this e-mail. A ValueError where the URL is wrong,
        a LookupError where there is no such user.
        """
        return redirect_of(self.tenant, self.state(GRANTS), url, self._user(email), deny=deny)

    def confirm_device(self, user_code: str, email: str | None = None, *, deny: bool = False) -> None:
        """Confirm the code that a device shows, or deny the log-in; a LookupError where no device shows it."""
        decide_device(self.state(GRANTS), user_code, self._user(email), deny=deny)

    def revoke_grants(self) -> None:
        """Refuse every refresh token and every code that was issued so far."""
        self.state(GRANTS).revoke_all()

    def _user(self, email: str | None) -> User:
        user = self.tenant.administrator if email is None else self.tenant.user_with_email(email)
        if user is None:
            raise LookupError(f"There is no user with the e-mail {email}.")
        return user

    def state(self, key: web.AppKey[T]) -> T:
        """What the server or one of its families keeps, for tests of the emulator itself: keys come and go."""
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
