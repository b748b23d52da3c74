"""A receiver of webhooks in the tests' own process: it outlives whatever is killed, and keeps what it was told."""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Listens on a free port; each company has a path of its own."""

    def __init__(self) -> None:
        told: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length).decode()
                if len(body.encode()) < length:
                    return  # whoever spoke died meanwhile: nothing was told yet
                told[self.path.rpartition("/")[2]][self.headers["webhook-id"]].add(body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._told = told
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def bodies(self, ruc: str) -> dict[str, set[str]]:
        """What a company was told: the texts that came under each id."""
        return {name: set(bodies) for name, bodies in dict(self._told[ruc]).items()}

    def statuses(self, ruc: str) -> dict[str, list[str]]:
        """The public statuses each document was told to have, in the order of their sequence."""
        told = [json.loads(body) for bodies in self.bodies(ruc).values() for body in bodies]
        found: dict[str, list[str]] = defaultdict(list)
        for each in sorted(told, key=lambda one: one["sequence"]):
            if each["type"].startswith("document."):
                found[each["data"]["id"]].append(each["type"].removeprefix("document."))
        return found

    def close(self) -> None:
        """Go away."""
        self._server.shutdown()
        self._server.server_close()
