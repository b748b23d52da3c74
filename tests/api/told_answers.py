"""Holds every answer that the tests of the API meet against the OpenAPI document: its status and its code."""

import re
from typing import Any

import httpx2

PROBLEM = "application/problem+json"
# Thrown into handlers by tests, wherever that is: no operation promises them all.
INJECTED = {"sunat_bad_response", "sunat_unavailable", "internal_error"}
# Of no operation: what HTTP itself gets wrong, addresses and methods that are none.
NOBODYS = {"not_found", "method_not_allowed", "malformed_request"}


class ToldAnswers:
    """What was answered without being told."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._shared = document["components"]["responses"]
        self._known = [
            (method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)), told)
            for path, methods in document["paths"].items()
            for method, told in methods.items()
        ]
        self.untold: set[tuple[str, int, str]] = set()

    def see(self, response: httpx2.Response) -> None:
        """Look at one answer."""
        operation = self._operation(response.request)
        if operation is None:
            return
        status, code = str(response.status_code), ""
        told = operation["responses"].get(status)
        if response.headers.get("content-type") == PROBLEM and response.request.method != "HEAD":
            response.read()
            code = response.json()["code"]
        if code in INJECTED | NOBODYS or re.fullmatch(r"sunat_\d{4}", code):
            return
        if told is None or (code and code not in self._codes(told)):
            self.untold.add((operation["operationId"], response.status_code, code))

    def _codes(self, told: dict[str, Any]) -> set[str]:
        named = told.get("$ref", "").rpartition("/")[2]
        content = (self._shared[named] if named else told)["content"]
        return set(content[PROBLEM]["examples"])

    def _operation(self, request: httpx2.Request) -> dict[str, Any] | None:
        method = "GET" if request.method == "HEAD" else request.method
        fits = [told for known, path, told in self._known if known == method and path.fullmatch(request.url.path)]
        return fits[-1] if fits else None
