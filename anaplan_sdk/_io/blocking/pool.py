"""The connections of one process, and the ways of urllib3 that must not show."""

from __future__ import annotations

import os
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

import attrs
import urllib3
from urllib3.connection import HTTPConnection

from anaplan_sdk._core.http.deadline import now
from anaplan_sdk._core.http.messages import TransportOptions
from anaplan_sdk._io.blocking.connection import CURRENT, PlainConnection, TLSConnection
from anaplan_sdk._io.http.origins import Origin, Proxies, Proxy
from anaplan_sdk._io.http.tls import context_for

# Idle connections that are kept for each origin, and for how long, in seconds.
_MAX_IDLE = 16
_IDLE_SECONDS = 60.0


class _Substitutable:
    """The class of a pool's connections: ours, unless a tool that records requests (vcrpy) has put its own in place."""

    def __init__(self, stock: type[Any], ours: type[Any]) -> None:
        self._stock, self._ours = stock, ours
        self._untouched = stock.ConnectionCls

    def __get__(self, pool: object, owner: type[Any]) -> type[Any]:
        found: type[Any] = self._stock.ConnectionCls
        return self._ours if found is self._untouched else found


class _Reusing:
    """Keeps few idle connections, and none for long; what must not be repeated goes out on a new one."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        pool: Any = self
        under_way = CURRENT.get()
        if under_way is not None and not under_way.request.idempotent and pool.pool is not None:
            return pool._new_conn()
        while True:
            connection = super()._get_conn(timeout)  # type: ignore[misc]
            if connection.sock is None or now() - getattr(connection, "idle_since", now()) < _IDLE_SECONDS:
                return connection
            connection.close()  # The way to it may have been forgotten meanwhile, by a firewall for example.

    def _put_conn(self, conn: Any) -> None:
        pool: Any = self
        if conn is not None and pool.pool is not None and pool.pool.qsize() >= _MAX_IDLE:
            conn.close()
        elif conn is not None:
            conn.idle_since = now()
            super()._put_conn(conn)  # type: ignore[misc]


class _PlainPool(_Reusing, urllib3.HTTPConnectionPool):
    ConnectionCls: Any = _Substitutable(urllib3.HTTPConnectionPool, PlainConnection)


class _TLSPool(_Reusing, urllib3.HTTPSConnectionPool):
    ConnectionCls: Any = _Substitutable(urllib3.HTTPSConnectionPool, TLSConnection)


_POOL_CLASSES: dict[str, Any] = {"http": _PlainPool, "https": _TLSPool}


@attrs.frozen
class Route:
    """The way to an origin."""

    pool: urllib3.HTTPConnectionPool
    proxy: Proxy | None
    absolute: bool

    def target(self, url: str) -> str:
        """What the request line names: a path, or the whole URL where a proxy passes the request on."""
        if self.absolute:
            return url
        split = urlsplit(url)
        return f"{split.path or '/'}?{split.query}" if split.query else split.path or "/"


class Pools:
    """The connections of one process."""

    def __init__(self, options: TransportOptions, proxies: Proxies) -> None:
        self.process_id = os.getpid()
        self.places = threading.BoundedSemaphore(options.connections)
        self._options = options
        self._proxies = proxies
        self._managers: dict[Proxy | None, urllib3.PoolManager] = {}
        self._routes: dict[Origin, Route] = {}
        self._opening = threading.Lock()

    def route(self, origin: Origin) -> Route:
        """The way to ``origin``, made at its first request."""
        if route := self._routes.get(origin):
            return route
        with self._opening:
            return self._routes.setdefault(origin, self._new_route(origin))

    def close(self) -> None:
        """Close idle connections now and busy ones at the end of their request."""
        for route in list(self._routes.values()):
            route.pool.close()

    def _new_route(self, origin: Origin) -> Route:
        proxy = self._proxies.find(origin)
        manager = self._managers.setdefault(proxy, self._new_manager(proxy))
        tls = {"ssl_context": self._ssl_context()} if origin.scheme == "https" else None
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        pool = manager.connection_from_host(host, origin.port, origin.scheme, pool_kwargs=tls)
        return Route(pool, proxy, absolute=proxy is not None and origin.scheme == "http")

    def _new_manager(self, proxy: Proxy | None) -> urllib3.PoolManager:
        options: dict[str, Any] = {
            "timeout": urllib3.Timeout(connect=self._options.connect_timeout, read=self._options.read_timeout),
            # No limit here: ``places`` is the limit, and urllib3 warns when streams go beyond its own.
            "maxsize": 0,
            "socket_options": HTTPConnection.default_socket_options,  # Without Nagle through proxies, too.
        }
        if proxy is None:
            manager = urllib3.PoolManager(**options)
        else:
            tls = self._ssl_context() if proxy.origin.scheme == "https" else None
            manager = urllib3.ProxyManager(proxy.url, proxy_headers=proxy.headers, proxy_ssl_context=tls, **options)
        manager.pool_classes_by_scheme = _POOL_CLASSES
        return manager

    def _ssl_context(self) -> ssl.SSLContext:
        return context_for(self._options)
