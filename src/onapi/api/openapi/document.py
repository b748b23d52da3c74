"""Make the document of the framework whole: every status with its codes, every header, scope, tag and example.

The routers say which statuses an operation answers with; what follows from that is written here, once for all of them,
so that an operation which is new is told in full without a word of its own.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from onapi.api.openapi.answers import tell_answer, tell_body
from onapi.api.openapi.headers import HEADERS, HEALTH, headers_of
from onapi.api.openapi.parameters import tell_parameters
from onapi.api.openapi.problems import problem_examples, tell_problem
from onapi.api.openapi.scopes import SCHEME, SCHEME_NAME, tell_scope
from onapi.api.openapi.tags import TAGS
from onapi.api.shapes import company, company_channels, messages
from onapi.api.shapes.cancellation import Reason
from onapi.api.shapes.own_password import OwnPassword
from onapi.api.shapes.page_template import TemplateFile
from onapi.api.shapes.problem import Problem
from onapi.api.shapes.receipts import Envelope
from onapi.api.shapes.sessions import Login, Refresh
from onapi.api.shapes.store_xml import StoreXml
from onapi.api.shapes.users import NewUser, UserChange
from onapi.api.shapes.webhook import WebhookWish

BODIES = (
    Login,
    Refresh,
    NewUser,
    UserChange,
    OwnPassword,
    Envelope,
    StoreXml,
    Reason,
    Problem,
    WebhookWish,
    *messages.BODIES,
    *company.BODIES,
    *company_channels.BODIES,
    TemplateFile,
)  # read by our own readers, so the framework does not know of them
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def complete(document: dict[str, Any], address: str, routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The framework's document with all that it does not know; `address` is where the platform is reached."""
    _give_nulls_back(document, _answers_said(routes))
    parts = document.setdefault("components", {})
    _add_schemas(parts.setdefault("schemas", {}))
    parts |= {"securitySchemes": {SCHEME_NAME: SCHEME}, "headers": HEADERS, "examples": problem_examples(address)}
    document["info"]["license"] = _LICENCE
    document["externalDocs"] = {"description": "Cada código de error", "url": f"{address}/docs/errors"}
    document["tags"] = TAGS
    for path, _, operation in operations_of(document):
        _leave_out_the_impossible(operation)
        tell_scope(operation)
        tell_parameters(operation)
        tell_body(operation, parts["schemas"])
        _tell_answers(operation, path, parts["schemas"])
    used = _examples_named(document)
    parts["examples"] = {name: told for name, told in parts["examples"].items() if name in used}
    parts["responses"] = _share_problems(document)
    return document


def operations_of(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation, in the order of the document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _answers_said(routes: Iterable[BaseRoute]) -> dict[str, dict[int | str, dict[str, Any]]]:
    told = [route for route in routes if isinstance(route, APIRoute) and route.include_in_schema]
    return {route.name: route.responses for route in told}


def _give_nulls_back(document: dict[str, Any], said: Mapping[str, Mapping[int | str, dict[str, Any]]]) -> None:
    """Examples as the routers wrote them: the framework leaves out every member that is null."""
    for _, _, operation in operations_of(document):
        for status, response in said.get(operation["operationId"], {}).items():
            for kind, media in response.get("content", {}).items():
                if "example" in media:
                    operation["responses"][str(status)]["content"][kind]["example"] = media["example"]


def _add_schemas(schemas: dict[str, Any]) -> None:
    models = [(model, "validation") for model in BODIES]
    _, extra = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # mode is a literal
    schemas.update(extra["$defs"])
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    for schema in schemas.values():
        schema.pop("description", None)  # the docstring of its class: for programmers, in English


def _tell_answers(operation: dict[str, Any], path: str, schemas: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status[0] in "45":
            tell_problem(operation, int(status), response)
        else:
            tell_answer(operation, int(status), response, schemas)
        response["headers"] = headers_of(operation, path, int(status), response)


def _leave_out_the_impossible(operation: dict[str, Any]) -> None:
    """Statuses that every router declares, where they cannot come: probes have no pace, no formats and no disk."""
    if operation["tags"] == [HEALTH]:
        for status in ("406", "429", "507"):
            operation["responses"].pop(status, None)
    if operation["operationId"] == "livez":
        operation["responses"].pop("503", None)


def _share_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Name the commonest answer of each failing status once; operations point at it."""
    told = [
        (operation["responses"], status)
        for _, _, operation in operations_of(document)
        for status in operation["responses"]
        if status[0] in "45"
    ]
    shared = {}
    for failing in sorted({status for _, status in told}):
        counted = Counter(json.dumps(responses[status]) for responses, status in told if status == failing)
        commonest, times = counted.most_common(1)[0]
        if times > 1:
            shared[f"Problem{failing}"] = json.loads(commonest)
    for responses, status in told:
        name = f"Problem{status}"
        if responses[status] == shared.get(name):
            responses[status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def _examples_named(document: dict[str, Any]) -> set[str]:
    """The codes that some operation answers with."""
    return {
        shown["$ref"].rpartition("/")[2]
        for _, _, operation in operations_of(document)
        for response in operation["responses"].values()
        for media in response.get("content", {}).values()
        for shown in media.get("examples", {}).values()
        if "$ref" in shown
    }
