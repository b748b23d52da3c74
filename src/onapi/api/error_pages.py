"""`/docs/errors`: one page for each error code, ours and SUNAT's, and an index of all that can be searched.

The `type` of every problem leads here. Pages are made from the tables when they are asked for, and kept; they need no
JavaScript, ask nobody outside, and run nothing (`POLICY`).
"""

import gzip
import re
from functools import lru_cache
from hashlib import sha256
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onapi.api import error_html
from onapi.api.docs_page import takes_gzip
from onapi.api.problem_codes import PROBLEMS
from onapi.api.problem_words import OF_SUNAT, words_of
from onapi.errors import NotFound
from onapi.facts.codes import search_codes
from onapi.library.explain import explain, explained

_LONGEST_QUERY: Final = 80
_MOST_FOUND: Final = 300
_CODE: Final = re.compile(rf"(?:{OF_SUNAT})?(\d{{1,4}})", re.ASCII)
_HEADERS: Final = {
    "Content-Security-Policy": error_html.POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=3600",
    "Vary": "Accept-Encoding",
    "Content-Language": "es",
}


def error_routes() -> list[Route]:
    """The index and the pages."""
    return [Route("/docs/errors", _index), Route("/docs/errors/{code}", _page)]


async def _index(request: Request) -> Response:
    words = " ".join(request.query_params.get("q", "")[:_LONGEST_QUERY].split())
    return await run_in_threadpool(lambda: _answer(request, _packed_search(words) if words else _packed_index()))


async def _page(request: Request) -> Response:
    return await run_in_threadpool(lambda: _answer(request, _packed_page(request.path_params["code"])))


def _answer(request: Request, packed: bytes) -> Response:
    """The page, packed for who takes it so; 304 for who has it."""
    takes = takes_gzip(request.headers.get("accept-encoding", ""))
    headers = {**_HEADERS, "ETag": f'"{sha256(packed).hexdigest()[:32]}{"-gzip" if takes else ""}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if takes:
        headers["Content-Encoding"] = "gzip"
    return Response(packed if takes else gzip.decompress(packed), media_type="text/html", headers=headers)


@lru_cache(1)
def _packed_index() -> bytes:
    return _packed(error_html.index("", PROBLEMS, explained()))


@lru_cache(64)
def _packed_search(words: str) -> bytes:
    wanted = words.casefold().split()
    ours = [code for code in PROBLEMS if all(word in _text_of(code) for word in wanted)]
    theirs = [explain(found.code) for found in search_codes(words.removeprefix(OF_SUNAT))[:_MOST_FOUND]]
    return _packed(error_html.index(words, ours, theirs))


def _text_of(code: str) -> str:
    return f"{code} {PROBLEMS[code].title} {PROBLEMS[code].action} {words_of(code).cause}".casefold()


@lru_cache(256)
def _packed_page(code: str) -> bytes:
    """NotFound for what is no code of ours and no number of SUNAT's."""
    if code in PROBLEMS:
        return _packed(error_html.page_of_ours(code))
    found = _CODE.fullmatch(code)
    if found is None:
        raise NotFound("No hay un código de error con ese nombre.", key="not_found")
    return _packed(error_html.page_of_sunat(explain(found[1])))


def _packed(page: bytes) -> bytes:
    return gzip.compress(page, 6, mtime=0)
