"""Connections to a desk: direct, through a proxy or over a Unix socket, each made when needed."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import httpx

from deskero_tui.api.address import ClientOptions, DeskAddress
from deskero_tui.api.hosts import is_same_origin
from deskero_tui.api.proxies import Proxy
from deskero_tui.api.trust import Trust
from deskero_tui.domain.errors import BadConfig


def is_on_socket(url: httpx.URL, address: DeskAddress) -> bool:
    """Tell whether a request to `url` goes over the Unix socket of a local desk."""
    return address.socket_path is not None and is_same_origin(url, httpx.URL(address.base_url))


def proxy_of(url: httpx.URL, address: DeskAddress, options: ClientOptions) -> Proxy | None:
    """Return the proxy for a request to `url`; `None` for a direct connection.

    Raises:
        BadConfig: The proxy that is configured cannot be used.
    """
    return None if is_on_socket(url, address) else options.proxies.proxy_of(url)


class Routes(httpx.AsyncBaseTransport):
    """Sends each request over the pool of connections that its address needs. One event loop.

    What TLS needs takes half a megabyte and some 30 ms, so it is read when the first TLS
    connection is made, on a thread, and never for a desk on plain http.
    """

    def __init__(self, address: DeskAddress, options: ClientOptions, limits: httpx.Limits) -> None:
        self._address = address
        self._options = options
        self._limits = limits
        self._tls = _Tls(options.trust)
        self._pools: dict[tuple[httpx.URL | None, bool, bool], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises errors of httpx, and `BadConfig` for proxy and authorities."""
        return await (await self._pool_for(request.url)).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._tls.aclose()
        for pool in self._pools.values():
            await pool.aclose()

    async def _pool_for(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        proxy = proxy_of(url, self._address, self._options)
        is_tls = url.scheme == "https" or (proxy is not None and proxy.is_tls)
        is_local = is_on_socket(url, self._address)
        key = (proxy.url if proxy else None, is_tls, is_local)
        if key not in self._pools:
            context = await self._tls.context() if is_tls else None
            # Another request may have made it while the context was read.
            self._pools.setdefault(key, self._new_pool(context, proxy, is_local=is_local))
        return self._pools[key]

    def _new_pool(
        self, context: ssl.SSLContext | None, proxy: Proxy | None, *, is_local: bool
    ) -> httpx.AsyncHTTPTransport:
        try:
            return httpx.AsyncHTTPTransport(
                # `None`: httpx would read a list of authorities that a plain connection never uses.
                verify=context,  # type: ignore[arg-type]  # httpx hands it on
                trust_env=False,
                limits=self._limits,
                proxy=_httpx_proxy(proxy, context) if proxy else None,
                uds=self._address.socket_path if is_local else None,
            )
        except ImportError as error:
            raise BadConfig(
                f"The proxy {proxy} needs the package socksio: install it, or use an http:// proxy."
            ) from error


class _Tls:
    """The context of all TLS connections, built once on a thread."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._building: asyncio.Task[ssl.SSLContext] | None = None

    async def context(self) -> ssl.SSLContext:
        """Return the context.

        Raises:
            BadConfig: A file of authorities cannot be used; it is read again the next time.
        """
        if self._building is None:
            self._building = asyncio.create_task(asyncio.to_thread(self._trust.context))
        try:
            # A caller who is cancelled must not take the context away from the others.
            return await asyncio.shield(self._building)
        except BadConfig:
            self._building = None
            raise

    async def aclose(self) -> None:
        """Wait for a context that is being built."""
        if self._building is not None:
            with suppress(BadConfig):
                await self._building


def _httpx_proxy(proxy: Proxy, context: ssl.SSLContext | None) -> httpx.Proxy:
    return httpx.Proxy(proxy.url, auth=proxy.auth, ssl_context=context if proxy.is_tls else None)
