"""A folder that Bruno opens: one text file for each request, one for the environment."""

import json
import re
from typing import Final

from onapi.collection.plan import FORM, day_name
from onapi.collection.script import Words, after, before
from onapi.collection.step import Plan, Request

_KINDS: Final = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/plain": "text",
    FORM: "multipart-form",
}
_TESTS: Final = Words(
    test='test("{name}", function () {{ expect({real}).to.{matcher}; }});',
    keep='bru.setVar("{name}", {value});',
    status="res.getStatus()",
    body="res.getBody()",
    stop="bru.runner.stopExecution();",
)
_ODD_IN_NAMES = re.compile(r"[^\w ,.¿?()-]+")


def write_bruno(plan: Plan) -> dict[str, str]:
    """Names of files, with their folders, and their texts."""
    about = {"version": "1", "name": plan.title, "type": "collection", "ignore": ["node_modules", ".git"]}
    files = {
        "bruno.json": json.dumps(about, ensure_ascii=False, indent=2) + "\n",
        "collection.bru": _block("docs", plan.words),
        "environments/demo.bru": _block("vars", "\n".join(f"{name}: {value}" for name, value in plan.place.items())),
    }
    for place, (folder, words) in enumerate(plan.folders, start=1):
        files[f"{folder}/folder.bru"] = "\n".join(
            (_block("meta", f"name: {folder}\nseq: {place}"), _block("docs", words))
        )
        requests = [request for request in plan.requests if request.folder == folder]
        for seq, request in enumerate(requests, start=1):
            files[f"{folder}/{seq:02} {_file_name(request.name)}.bru"] = _request(plan, request, seq)
    return files


def _file_name(name: str) -> str:
    return _ODD_IN_NAMES.sub("", name)[:80].strip(" .¿?")


def _block(name: str, text: str) -> str:
    inside = "\n".join(f"  {line}" if line else "" for line in text.strip("\n").split("\n"))
    return f"{name} {{\n{inside}\n}}\n"


def _request(plan: Plan, request: Request, seq: int) -> str:
    has_body = bool(request.body or request.form)
    kind = _KINDS[request.step.media] if has_body else "none"
    mode = "multipartForm" if kind == "multipart-form" else kind
    sent = "&".join(f"{each.name}={each.value}" for each in request.query if each.is_sent)
    url = f"{{{{base_url}}}}{request.path}{'?' if sent else ''}{sent}"
    way = "bearer" if request.is_guarded else "none"
    blocks = [
        _block("meta", f"name: {request.name.replace(':', ',')}\ntype: http\nseq: {seq}"),
        _block(request.method.lower(), f"url: {url}\nbody: {mode}\nauth: {way}"),
    ]
    if request.query:
        told = "\n".join(f"{'' if each.is_sent else '~'}{each.name}: {each.value}" for each in request.query)
        blocks.append(_block("params:query", told))
    if request.body:
        blocks.append(_block("headers", f"Content-Type: {request.step.media}"))
    if request.is_guarded:
        blocks.append(_block("auth:bearer", f"token: {{{{{request.step.caller}}}}}"))
    if request.body:
        blocks.append(_block(f"body:{kind}", request.body))
    if request.form:
        blocks.append(_block(f"body:{kind}", "\n".join(f"{name}: {_quoted(value)}" for name, value in request.form)))
    if request is plan.requests[0]:
        lines = before(_TESTS, ((day_name(day), day) for day in plan.days))
        blocks.append(_block("script:pre-request", "\n".join(lines)))
    blocks += [_block("tests", "\n".join(after(_TESTS, request))), _block("docs", request.words)]
    return "\n".join(blocks)


def _quoted(value: str) -> str:
    """A text of several lines between three quotes."""
    if "\n" not in value:
        return value
    inside = "\n".join(f"  {line}" for line in value.split("\n"))
    return f"'''\n{inside}\n'''"
