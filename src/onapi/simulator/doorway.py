"""The server under the simulator: uvicorn's, with a door that faults can shut and a second port that speaks TLS.

Under any other server the simulator works too; but then a refused connection is an accepted one that is reset, and
there is no TLS.
"""

import asyncio
import socket
from asyncio import Transport
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette

from onapi.simulator.acts.connections import reset
from onapi.simulator.certificates import TlsDesk
from onapi.simulator.faults import Asked, Moment, Plan

_BIND_TRIES = 200
_TRY_EACH_S = 0.01


class Doorway(uvicorn.Server):
    """Serves the simulator; looks ten times a second whether its door is to be shut."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        app.state.has_door = True
        self._plan: Plan = app.state.plan
        self._tls_port: int | None = app.state.tls_port
        self._tls = TlsDesk(app.state.tls_file, self._plan) if self._tls_port is not None else None
        self._state = ""  # of the door: refuse, swallow, or open
        self._shut: list[socket.socket] = []  # stand where the listening ones stood
        self._fillers: list[socket.socket] = []
        self.tls_address: tuple[str, int] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door, and the one with TLS."""
        self.config.http_protocol_class = _guarded(self.config.http_protocol_class, self._plan)
        await super().startup(sockets)
        self._plain = len(self.servers)
        if self._tls is not None and self._tls_port is not None and self.started:
            sock = socket.create_server((self.config.host, self._tls_port))
            loop = asyncio.get_running_loop()
            self.servers.append(await loop.create_server(self._protocol, sock=sock, ssl=self._tls.context()))
            self.tls_address = sock.getsockname()[:2]

    async def on_tick(self, counter: int) -> bool:
        """Shut or open the door as the plan wants it."""
        wanted = self._plan.door()
        if wanted != self._state:
            await self._open()
            if wanted:
                await self._close(wanted)
            self._state = wanted
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of everything."""
        for sock in (*self._shut, *self._fillers):
            sock.close()
        await super().shutdown(sockets)

    async def _close(self, how: str) -> None:
        """Nobody listens where the plain port was; connections that are open fall."""
        shut, self.servers = self.servers[: self._plain], self.servers[self._plain :]
        places = [sock.getsockname() for server in shut for sock in server.sockets]
        for server in shut:
            server.close()
        for connection in list(self.server_state.connections):
            reset(connection.transport)
        for place in places:
            sock = await _bound(place)
            self._shut.append(sock)
            if how == "swallow":
                sock.listen(0)  # one may wait, and that is us: whoever else knocks gets no answer at all
                self._fillers.append(_knock(place))

    async def _open(self) -> None:
        """Listen again."""
        loop = asyncio.get_running_loop()
        for filler in self._fillers:
            filler.close()
        opened = [
            await loop.create_server(self._protocol, sock=sock, backlog=self.config.backlog) for sock in self._shut
        ]
        self.servers = [*opened, *self.servers]
        self._shut, self._fillers = [], []

    def _protocol(self) -> asyncio.Protocol:
        made: Any = self.config.http_protocol_class  # takes more than a protocol has to
        protocol: asyncio.Protocol = made(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol


def serve(app: Starlette, **settings: Any) -> None:  # noqa: ANN401 - uvicorn's own settings
    """Run the simulator until a signal; takes what `uvicorn.run` takes."""
    Doorway(uvicorn.Config(app, **settings), app).run()


def _guarded(protocol: type[asyncio.Protocol], plan: Plan) -> type[asyncio.Protocol]:
    """The server's protocol, which asks the plan about each connection."""

    class Guarded(protocol):  # type: ignore[misc,valid-type]  # whichever parser uvicorn chose
        _is_cut = False

        def connection_made(self, transport: Transport) -> None:
            super().connection_made(transport)
            peer = transport.get_extra_info("peername") or ("",)
            if plan.take(Asked(ip=str(peer[0])), Moment.CONNECT):
                self._is_cut = True
                asyncio.get_running_loop().call_soon(reset, transport)

        def data_received(self, data: bytes) -> None:
            if not self._is_cut:  # what came along with the connection may be read before the cut
                super().data_received(data)

    return Guarded


async def _bound(place: tuple[str, int]) -> socket.socket:
    """A socket that holds the place without listening; the one before needs a moment to let go."""
    for _ in range(_BIND_TRIES):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            sock.bind(place)
            return sock
        sock.close()
        await asyncio.sleep(_TRY_EACH_S)
    raise OSError(f"port {place[1]} is not free")


def _knock(place: tuple[str, int]) -> socket.socket:
    sock = socket.socket()
    sock.setblocking(False)  # noqa: FBT003 - the library's own spelling
    with suppress(BlockingIOError):
        sock.connect(place)
    return sock
