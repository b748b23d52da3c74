"""A mail server in the tests' own process: it outlives whatever is killed, and keeps what came under each mark."""

from collections import defaultdict
from email import message_from_bytes, policy
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from chaos_nursery import free_port


class Mailbox:
    """Listens on a free port; a letter is known by its Message-ID, and its reader by the address."""

    def __init__(self) -> None:
        self._letters: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._lock = Lock()
        self.port = free_port()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()
        self.url = f"smtp+plain://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a letter that came whole."""
        name = str(message_from_bytes(envelope.content, policy=policy.default)["Message-ID"])
        with self._lock:
            self._letters[name].append(tuple(envelope.rcpt_tos))
        return "250 OK"

    def letters(self, address: str) -> dict[str, int]:
        """How often each letter came to an address, by Message-ID."""
        with self._lock:
            found = {name: sum(address in each for each in came) for name, came in self._letters.items()}
        return {name: many for name, many in found.items() if many}

    def close(self) -> None:
        """Go away."""
        self._server.stop()
