"""A collection of Postman's format 2.1, and its environment: https://schema.postman.com/collection/json/v2.1.0/."""

import json
from collections.abc import Iterator
from typing import Any, Final

from onapi.collection.plan import FORM, day_name
from onapi.collection.script import Words, after, before
from onapi.collection.step import Plan, Query, Request

_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_LANGUAGES: Final = {"application/json": "json", "application/xml": "xml", "text/xml": "xml", "text/plain": "text"}
_WORDS: Final = Words(
    test='pm.test("{name}", () => {{ pm.expect({real}).to.{matcher}; }});',
    keep='pm.collectionVariables.set("{name}", {value});',
    status="pm.response.code",
    body="pm.response.json()",
    stop="pm.execution.setNextRequest(null);",
)


def write_postman(plan: Plan) -> dict[str, str]:
    """Names of files and their texts."""
    collection = {
        "info": {"name": plan.title, "description": plan.words, "schema": _SCHEMA},
        "auth": _bearer("token"),
        "item": [
            {
                "name": name,
                "description": words,
                "item": [_item(plan, request) for request in plan.requests if request.folder == name],
            }
            for name, words in plan.folders
        ],
    }
    values = [{"key": name, "value": value, "enabled": True} for name, value in plan.place.items()]
    environment = {"name": f"{plan.title} (demo)", "values": values, "_postman_variable_scope": "environment"}
    return {
        "onapi.postman_collection.json": _json(collection),
        "onapi.postman_environment.json": _json(environment),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _bearer(variable: str) -> dict[str, Any]:
    return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{variable}}}}}", "type": "string"}]}


def _item(plan: Plan, request: Request) -> dict[str, Any]:
    told: dict[str, Any] = {"method": request.method, "header": [], "url": _url(request), "description": request.words}
    if not request.is_guarded:
        told["auth"] = {"type": "noauth"}
    elif request.step.caller != "token":
        told["auth"] = _bearer(request.step.caller)
    if request.body or request.form:
        told |= _body(request)
    return {"name": request.name, "event": list(_events(plan, request)), "request": told, "response": []}


def _url(request: Request) -> dict[str, Any]:
    sent = "&".join(f"{each.name}={each.value}" for each in request.query if each.is_sent)
    return {
        "raw": f"{{{{base_url}}}}{request.path}{'?' if sent else ''}{sent}",
        "host": ["{{base_url}}"],
        "path": request.path.strip("/").split("/"),
        "query": [_query(each) for each in request.query],
    }


def _query(told: Query) -> dict[str, Any]:
    off = {} if told.is_sent else {"disabled": True}
    return {"key": told.name, "value": told.value, "description": told.words, **off}


def _body(request: Request) -> dict[str, Any]:
    if request.step.media == FORM:
        parts = [{"key": name, "value": value, "type": "text"} for name, value in request.form]
        return {"body": {"mode": "formdata", "formdata": parts}}
    options = {"raw": {"language": _LANGUAGES[request.step.media]}}
    header = [{"key": "Content-Type", "value": request.step.media}]
    return {"header": header, "body": {"mode": "raw", "raw": request.body, "options": options}}


def _events(plan: Plan, request: Request) -> Iterator[dict[str, Any]]:
    if request is plan.requests[0]:
        yield _event("prerequest", before(_WORDS, ((day_name(day), day) for day in plan.days)))
    yield _event("test", after(_WORDS, request))


def _event(when: str, lines: list[str]) -> dict[str, Any]:
    return {"listen": when, "script": {"type": "text/javascript", "exec": lines}}
