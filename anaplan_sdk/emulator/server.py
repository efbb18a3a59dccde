"""The emulator as a server in a thread of its own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from aiohttp import web

from .auth.oauth_pages import decide_device, redirect_of
from .content.storage import Storage
from .runs.runner import TaskRunner
from .serving.app import make_app
from .serving.faults import Fault
from .serving.listening import begin, close, listen, network_location
from .serving.service import Received, Service
from .world.demo import demo_tenant
from .world.tenant import Tenant, User


class Emulator:
    """An Anaplan of its own: `with Emulator() as emulator:` or `async with Emulator() as emulator:`.

    It serves from a thread, so that a test which blocks cannot block it, and any number may serve at once.
    Uploads, dumps and running tasks end with it; the tenant stays. `port=0` takes any free port. `latency`
    seconds are added to every answer; `task_seconds` is how long tasks take (the tenant's option of that name).
    With `ssl_context` it serves https. Who calls it by another name than `localhost`, its address or its `host` is
    refused, since any web page can have a name point to this computer; `host_names` are further names to answer to.
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
        self._service: Service | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it serves: the API below `/2/0`, the authentication service below `/token`."""
        scheme = "https" if self._ssl_context else "http"
        return f"{scheme}://{network_location(self._host or 'localhost', self._port)}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a client use this emulator as its administrator.

        They name the tenant's first workspace and its first model, where it has one.
        """
        user = self.tenant.administrator
        variables = {
            "ANAPLAN_API_URL": self.url,
            "ANAPLAN_AUTH_URL": self.url,
            "ANAPLAN_OAUTH_URL": self.url,
            "ANAPLAN_WORKSPACE_ID": next(iter(self.tenant.workspaces), ""),
            "ANAPLAN_MODEL_ID": next(iter(self.tenant.models), ""),
            "ANAPLAN_USER_EMAIL": user.email,
            "ANAPLAN_PASSWORD": user.password or "",
        }
        return {name: value for name, value in variables.items() if value}

    @property
    def requests(self) -> list[Received]:
        """The last 18,000 to 20,000 requests in the order of their arrival, those of the control surface excepted."""
        return self._serving.requests

    @property
    def peak_in_flight(self) -> int:
        """The most requests that were being handled at once."""
        return self._serving.in_flight.peak

    @property
    def latency(self) -> float:
        """Seconds added to every answer."""
        return self._latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._latency = seconds
        if self._service is not None:
            self._service.latency = seconds

    def inject(self, fault: Fault) -> None:
        """Arrange a fault; where several match a request, the one that came first strikes."""
        self._serving.faults.add(fault)

    def clear_faults(self) -> None:
        self._serving.faults.clear()

    def expire_tokens(self) -> None:
        """Refuse every token that was issued so far."""
        self._serving.tokens.revoke_all()

    def authorize(self, url: str, email: str | None = None, *, deny: bool = False) -> str:
        """Log in at an OAuth authorization URL as a person would, and return where the browser ends up.

        Who logs in is the administrator, or the user with this e-mail. A ValueError where the URL is wrong,
        a LookupError where there is no such user.
        """
        return redirect_of(self._serving, url, self._user(email), deny=deny)

    def confirm_device(self, user_code: str, email: str | None = None, *, deny: bool = False) -> None:
        """Confirm the code that a device shows, or deny the log-in; a LookupError where no device shows it."""
        decide_device(self._serving, user_code, self._user(email), deny=deny)

    def revoke_grants(self) -> None:
        """Refuse every refresh token and every code that was issued so far."""
        self._serving.grants.revoke_all()

    def _user(self, email: str | None) -> User:
        user = self.tenant.administrator if email is None else self.tenant.user_with_email(email)
        if user is None:
            raise LookupError(f"There is no user with the e-mail {email}.")
        return user

    @property
    def _serving(self) -> Service:
        if self._service is None:
            raise RuntimeError("The emulator does not serve yet; enter it with `with` or `async with`.")
        return self._service

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
            self._service = Service(self.tenant, storage, runner, latency=self._latency)
            await self._serve_app(make_app(self._service, self._host_names), started)
            await runner.close()
        finally:
            # Threads of tasks and uploads that were cancelled may still be writing.
            await self._loop.shutdown_default_executor()
            storage.close()

    async def _serve_app(self, app: web.Application, started: Future[None]) -> None:
        runner = await begin(app)
        server = await listen(runner, self._host, self._port, self._ssl_context)
        try:
            self._port = server.sockets[0].getsockname()[1]
            started.set_result(None)
            await self._stop.wait()
        finally:
            await close(runner, server)
