"""The page that shows the API to a person: Scalar over our OpenAPI document, served by ourselves alone.

No byte comes from outside: the script travels in the wheel (`assets/README.md` says which one), web fonts, telemetry,
chat agent and request proxy are switched off, and a content policy forbids what a switch might forget.
"""

import gzip
import json
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from re import fullmatch
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

SCRIPT: Final = Path(__file__).with_name("assets") / "scalar-standalone.js.gz"

# `type` makes the configuration a block of data: nothing on the page is an inline script, so the policy allows none.
# The script's address is relative, so the page also works under a prefix of a reverse proxy.
PAGE: Final = Template("""<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>OnAPI: referencia de la API</title>
</head>
<body>
<noscript>Esta página necesita JavaScript.
El documento OpenAPI está en <a href="$openapi_url">$openapi_url</a>.</noscript>
<script id="api-reference" type="application/json" data-configuration="$configuration"></script>
<script src="docs/scalar.js?v=$version"></script>
</body>
</html>
""")

# Styles may stand inline because Scalar makes sheets and attributes as it runs, most of them without a nonce (seen in
# Chromium); scripts may not, and whatever a style could ask for has to come from our own address.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

ONE_YEAR_S: Final = 31_536_000


def docs_routes(openapi_url: str) -> list[Route]:
    """Give the routes `/docs` (the page) and `/docs/scalar.js` (its script).

    `openapi_url` is the address of the OpenAPI document as the browser sees it, on the same origin as the page.
    """

    def page(_request: Request) -> Response:
        return _page(openapi_url)

    return [Route("/docs", page), Route("/docs/scalar.js", _script)]


def _page(openapi_url: str) -> Response:
    body = PAGE.substitute(
        openapi_url=escape(openapi_url),
        configuration=escape(json.dumps(_configuration(openapi_url))),
        version=_digest()[:16],
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",  # asked again each time: it names the digest of the script
    }
    return HTMLResponse(body, headers=headers)


def _configuration(openapi_url: str) -> dict[str, object]:
    """Tell Scalar what to do; each `False`, `never` and empty address closes one of its roads to the outside."""
    nowhere = dict.fromkeys(("dashboardUrl", "registryUrl", "proxyUrl", "apiBaseUrl"), "")
    return {
        "url": openapi_url,
        "withDefaultFonts": False,
        "telemetry": False,
        "agent": {"disabled": True},
        "mcp": {"disabled": True},
        "proxyUrl": "",
        "externalUrls": nowhere,
        "showDeveloperTools": "never",
        "hideClientButton": True,
        "authentication": {"preferredSecurityScheme": "bearerAuth"},
        "persistAuth": False,  # a token stays out of the browser's storage
        "localization": {"locale": "es"},
        "defaultOpenAllTags": True,  # few operations: the whole list is the map
    }


def _script(request: Request) -> Response:
    """Send the script as packed in the wheel; unpacked only for a client that cannot read gzip."""
    packed = takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{_digest()}{"-gzip" if packed else ""}"'
    headers = {
        "Cache-Control": f"public, max-age={ONE_YEAR_S}, immutable",  # the page's address of it carries the digest
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = _packed() if packed else gzip.decompress(_packed())
    return Response(body, media_type="text/javascript", headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` header names gzip without weighing it to nothing (RFC 9110, 12.5.3)."""
    weights = dict(part.replace(" ", "").lower().partition(";")[::2] for part in accepted.split(","))
    return "gzip" in weights and not fullmatch(r"q=0(\.0*)?", weights["gzip"])


@cache
def _packed() -> bytes:
    return SCRIPT.read_bytes()


@cache
def _digest() -> str:
    return sha256(_packed()).hexdigest()
