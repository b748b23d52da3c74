"""The OpenAPI document is sound, and what it shows is what happens: each example is sent, each answer checked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from api_stack import PASSWORD, RUC, Stack
from pydantic import TypeAdapter, ValidationError

from onapi.api import examples
from onapi.api.shapes.cancellation import Cancellation
from onapi.api.shapes.problem import Problem
from onapi.api.shapes.receipts import CdrFile, PdfFile, Record, XmlFile
from onapi.api.shapes.sessions import Login, LoginAnswer, Refresh, RefreshAnswer

GUARDED = {"send_message", "retry", "ngr", "xml", "cdr", "pdf", "cancel", "void_receipt"}
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
ANSWERS: dict[str, Any] = {
    "authenticate": LoginAnswer,
    "refresh_token": RefreshAnswer,
    "send_message": Record,
    "retry": Record,
    "ngr": Record,
    "cancel": Cancellation,
    "void_receipt": Cancellation,
    "xml": XmlFile,
    "cdr": CdrFile,
    "pdf": PdfFile,
    "livez": dict[str, str],
    "readyz": dict[str, str],
}


@pytest.fixture(scope="module")
def document(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = stack.http.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def operation_of(document: dict[str, Any], name: str) -> tuple[str, str, dict[str, Any]]:
    return next(found for found in operations(document) if found[2]["operationId"] == name)


def every(value: object) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from every(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner)


def examples_of(content: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    """The examples of one media type, those of its schema too."""
    if "examples" in content:
        return [example["value"] for example in content["examples"].values()]
    if "example" in content:
        return [content["example"]]
    schema = content.get("schema", {})
    named = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    return [named["example"]] if "example" in named else []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    references = [str(found["$ref"]) for found in every(document) if "$ref" in found]
    assert references
    for reference in references:
        room, _, name = reference.removeprefix("#/components/").partition("/")
        assert (room, name in schemas) == ("schemas", True), reference


def test_the_document_has_the_shape_of_one(document: dict[str, Any], stack: Stack) -> None:
    assert document["openapi"].startswith("3.1")
    assert (document["info"]["title"], document["info"]["version"]) == ("OnAPI Service", "1.0.3")
    assert document["servers"] == [{"url": stack.house.settings.address}]
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(names) == sorted(ANSWERS)
    for _, path, operation in operations(document):
        inside = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert operation["summary"]
        assert all(response["description"] for response in operation["responses"].values())
        assert len(operation["tags"]) == 1


def test_every_operation_shows_an_example_of_what_goes_in_and_out(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        name = operation["operationId"]
        for body in operation.get("requestBody", {}).get("content", {}).values():
            assert examples_of(body, document), name
        good = [told for status, told in operation["responses"].items() if status.startswith("2")]
        for told in good:
            shown = examples_of(told["content"]["application/json"], document)
            assert shown, name
            for example in shown:
                assert _wrong(ANSWERS[name], example) <= {"missing"}, name  # nulls are left out where they are shown


def _wrong(shape: Any, example: object) -> set[str]:
    """The kinds of fault that an example has."""
    try:
        TypeAdapter(shape).validate_python(example)
    except ValidationError as error:
        return {fault["type"] for fault in error.errors()}
    return set()


def test_the_examples_of_answers_are_whole() -> None:
    shown = {
        Record: examples.RECORD,
        XmlFile: examples.XML_FILE,
        CdrFile: examples.CDR_FILE,
        PdfFile: examples.PDF_FILE,
    }
    for shape, example in shown.items():
        assert _wrong(shape, example) == set()
        assert set(example) == {name for name, field in shape.model_fields.items() if field.is_required()} | (
            {"status", "statusAt"} & set(example)
        )


def test_every_operation_tells_its_problems(document: dict[str, Any]) -> None:
    assert Problem.model_validate(document["components"]["schemas"]["Problem"]["example"])
    for _, path, operation in operations(document):
        bad = {status: told for status, told in operation["responses"].items() if status[0] in "45"}
        assert "500" in bad
        for told in bad.values():
            assert told["content"] == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if "integrator" in path:
            assert {"401", "403", "422"} <= bad.keys()


def test_all_but_the_doors_need_the_bearer(document: dict[str, Any], stack: Stack) -> None:
    for method, path, operation in operations(document):
        guarded = operation.get("security") == [{"bearerAuth": []}]
        assert guarded is (operation["operationId"] in GUARDED)
        if guarded:
            filled = path.format(ruc=RUC, doctype="01", serie="F001", number=1)
            assert stack.http.request(method, filled).json()["code"] == "token_missing"


@pytest.mark.usefixtures("contract_answer")  # sends one of them first, and checks it in full
def test_the_shown_receipts_are_taken(document: dict[str, Any], stack: Stack, token: str) -> None:
    method, path, operation = operation_of(document, "send_message")
    sent = []
    for media, content in operation["requestBody"]["content"].items():
        for example in examples_of(content, document):
            body = {"json": example} if media == "application/json" else {"content": example}
            head = {"Authorization": f"Bearer {token}", "Content-Type": media}
            answer = stack.http.request(method, path, headers=head, **body)
            assert answer.status_code in {200, 201}, answer.text
            assert Record.model_validate_json(answer.content, strict=True).status == "ACCEPTED"
            assert str(answer.status_code) in operation["responses"]
            sent.append(answer.json()["name"])
    assert len(sent) >= 3


def test_the_shown_receipt_can_be_read_in_every_form(
    document: dict[str, Any], stack: Stack, token: str, send: Callable[..., httpx2.Response]
) -> None:
    example = next(
        body["value"]
        for body in operation_of(document, "send_message")[2]["requestBody"]["content"]["application/json"][
            "examples"
        ].values()
    )
    record = send(example, wait=30).json()
    for name in ("ngr", "xml", "cdr", "pdf"):
        _, path, operation = operation_of(document, name)
        filled = path.format(ruc=RUC, doctype="01", serie=record["serie"], number=record["number"])
        for media in operation["responses"]["200"]["content"]:
            answer = stack.http.get(filled, headers={"Authorization": f"Bearer {token}", "Accept": media})
            assert (answer.status_code, answer.headers["content-type"]) == (200, media)
            if media == "application/json":
                ANSWERS[name].model_validate_json(answer.content, strict=True)


def test_the_shown_logins_fit_and_open(document: dict[str, Any], stack: Stack) -> None:
    _, path, operation = operation_of(document, "authenticate")
    shown = examples_of(operation["requestBody"]["content"]["application/json"], document)[0]
    assert Login.model_validate(shown)
    assert stack.http.post(path, json=shown).json()["code"] == "invalid_credentials"  # its password is a blank
    known = {**shown, "username": "dos@onapi.local", "password": PASSWORD}
    answers = [stack.http.post(path, json=known), stack.http.post(path, data=known)]
    tokens = [LoginAnswer.model_validate_json(answer.content, strict=True).refresh_token for answer in answers]
    _, path, operation = operation_of(document, "refresh_token")
    shown = examples_of(operation["requestBody"]["content"]["application/json"], document)[0]
    assert Refresh.model_validate(shown)
    assert stack.http.post(path, json=shown).json()["code"] == "refresh_token_invalid"
    assert FORM in operation["requestBody"]["content"]
    for way, token in zip(("json", "data"), tokens, strict=True):
        answer = stack.http.post(path, **{way: {next(iter(shown)): token}})
        RefreshAnswer.model_validate_json(answer.content, strict=True)
