"""The OpenAPI document is sound, and what it shows is what happens: each example is sent, each answer checked."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from api_stack import BASE, PASSWORD, RUC, Stack
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from pydantic import TypeAdapter, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from test_roles import FREE, NEEDS

from onapi.api import examples
from onapi.api.app import described
from onapi.api.shapes.cancellation import Cancellation
from onapi.api.shapes.company import (
    CertificateHistory,
    CertificateInfo,
    CompanyCheck,
    CompanyInfo,
    CompanyList,
    LogoInfo,
    SecretSet,
)
from onapi.api.shapes.company_channels import MailInfo, MailTried, WhatsappInfo
from onapi.api.shapes.document_list import DocumentList
from onapi.api.shapes.links import FileLink
from onapi.api.shapes.log import LogPage
from onapi.api.shapes.messages import EmailMessage, Message, Messages, WhatsappMessage, WhatsappQrMessage
from onapi.api.shapes.page_template import TemplateKept, TemplateList
from onapi.api.shapes.problem import Problem
from onapi.api.shapes.receipts import CdrFile, PdfFile, Record, XmlFile
from onapi.api.shapes.session_list import Ended, SessionList
from onapi.api.shapes.sessions import Login, LoginAnswer, Refresh, RefreshAnswer
from onapi.api.shapes.users import KeptUser, UserList
from onapi.api.shapes.webhook import WebhookDeliveries, WebhookDelivery, WebhookEndpoint, WebhookEndpoints
from onapi.kinds import KINDS

GUARDED = {"send_message", "retry", "ngr", "xml", "cdr", "pdf", "cancel", "void_receipt", "store_xml", "log"}
GUARDED |= {"documents", "documents_csv", "url_pdf", "url_xml", "url_cdr", "revoke_urls"}
GUARDED |= {"logout", "list_sessions", "end_sessions", "end_session", "list_users", "create_user", "change_user"}
GUARDED |= {"change_own_password"}
GUARDED |= {"list_companies", "get_company", "put_company", "put_company_sender", "check_company_credentials"}
GUARDED |= {f"put_company_{what}" for what in ("certificate", "sol", "gre", "validity", "logo")}
GUARDED |= {f"{what}_company_mail" for what in ("get", "put", "delete", "test")}
GUARDED |= {f"{what}_company_whatsapp" for what in ("get", "put", "delete")}
GUARDED |= {"get_company_certificate", "get_company_logo", "list_company_templates"}
GUARDED |= {f"{what}_company_template" for what in ("get", "put", "delete")}
GUARDED |= {"send_whatsapp", "send_whatsapp_qr", "send_email", "list_messages", "get_message", "resend_message"}
GUARDED |= {"list_webhooks", "put_webhook", "get_webhook", "change_webhook", "delete_webhook", "rotate_webhook"}
GUARDED |= {"test_webhook", "list_deliveries", "get_delivery", "replay_delivery"}
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
HERE = "urn:onapi:document"
ANSWERS: dict[str, Any] = {
    "authenticate": LoginAnswer,
    "refresh_token": RefreshAnswer,
    "logout": Ended,
    "list_sessions": SessionList,
    "end_sessions": Ended,
    "end_session": Ended,
    "list_users": UserList,
    "create_user": KeptUser,
    "change_user": KeptUser,
    "change_own_password": Ended,
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
    "log": LogPage,
    "store_xml": Record,
    "documents": DocumentList,
    "documents_csv": bytes,
    "url_pdf": FileLink,
    "url_xml": FileLink,
    "url_cdr": FileLink,
    "revoke_urls": None,
    "linked_file": bytes,
    "list_companies": CompanyList,
    "get_company": CompanyInfo,
    "put_company": CompanyInfo,
    "put_company_sender": CompanyInfo,
    "check_company_credentials": CompanyCheck,
    "get_company_certificate": CertificateHistory,
    "put_company_certificate": CertificateInfo,
    "put_company_sol": SecretSet,
    "put_company_gre": SecretSet,
    "put_company_validity": SecretSet,
    "get_company_logo": bytes,
    "get_company_mail": MailInfo,
    "put_company_mail": MailInfo,
    "delete_company_mail": None,
    "test_company_mail": MailTried,
    "get_company_whatsapp": WhatsappInfo,
    "put_company_whatsapp": WhatsappInfo,
    "delete_company_whatsapp": None,
    "put_company_logo": LogoInfo,
    "list_company_templates": TemplateList,
    "get_company_template": bytes,
    "put_company_template": TemplateKept,
    "delete_company_template": None,
    "send_whatsapp": WhatsappMessage,
    "send_whatsapp_qr": WhatsappQrMessage,
    "send_email": EmailMessage,
    "list_messages": Messages,
    "get_message": Message,
    "resend_message": Message,
    "list_webhooks": WebhookEndpoints,
    "put_webhook": WebhookEndpoint,
    "get_webhook": WebhookEndpoint,
    "change_webhook": WebhookEndpoint,
    "delete_webhook": None,
    "rotate_webhook": WebhookEndpoint,
    "test_webhook": WebhookDelivery,
    "list_deliveries": WebhookDeliveries,
    "get_delivery": WebhookDelivery,
    "replay_delivery": WebhookDelivery,
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


def resolved(document: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; anything else as it is."""
    if "$ref" not in told:
        return told
    found: dict[str, Any] = document
    for name in told["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return resolved(document, found)


def answers_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers of an operation by status."""
    return {status: resolved(document, told) for status, told in operation["responses"].items()}


def examples_of(content: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    """The examples of one media type."""
    if "examples" in content:
        return [resolved(document, example)["value"] for example in content["examples"].values()]
    return [content["example"]] if "example" in content else []


def contents_of(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every body that goes in or out: where it is, and what is told of it."""
    for _, _, operation in operations(document):
        name = operation["operationId"]
        for kind, told in operation.get("requestBody", {}).get("content", {}).items():
            yield (name, "in", kind), told
        for status, answer in answers_of(document, operation).items():
            for kind, told in answer.get("content", {}).items():
                yield (name, status, kind), told


def test_it_is_an_openapi_document(document: dict[str, Any]) -> None:
    validate(document)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = {str(found["$ref"]) for found in every(document) if "$ref" in found}
    assert {reference.split("/")[2] for reference in references} >= {"schemas", "responses", "examples", "headers"}
    for reference in references:
        assert resolved(document, {"$ref": reference}), reference


def test_nothing_is_kept_that_nobody_points_at(document: dict[str, Any]) -> None:
    references = {str(found["$ref"]) for found in every(document) if "$ref" in found}
    kept = {
        f"#/components/{room}/{name}"
        for room in ("responses", "examples", "headers")
        for name in document["components"][room]
    }
    assert kept <= references


def test_the_document_has_the_shape_of_one(document: dict[str, Any], stack: Stack) -> None:
    assert document["openapi"].startswith("3.1")
    assert (document["info"]["title"], document["info"]["version"]) == ("OnAPI Service", "1.0.3")
    assert document["servers"] == [{"url": stack.house.settings.address}]
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(names) == sorted(ANSWERS)
    tags = {told["name"] for told in document["tags"] if told["description"]}
    for _, path, operation in operations(document):
        inside = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert operation["summary"]
        assert operation["description"]
        assert all(response["description"] for response in answers_of(document, operation).values())
        assert len(operation["tags"]) == 1
        assert set(operation["tags"]) <= tags
    assert tags == {operation["tags"][0] for _, _, operation in operations(document)}


def test_it_is_the_same_each_time(document: dict[str, Any], stack: Stack) -> None:
    assert json.dumps(described(stack.house.settings.address)) == json.dumps(document)


def test_nothing_goes_in_or_out_without_an_example(document: dict[str, Any]) -> None:
    assert [where for where, told in contents_of(document) if not examples_of(told, document)] == []
    assert [where for where, told in contents_of(document) if not told.get("schema")] == []
    bare = [
        (operation["operationId"], status)
        for _, _, operation in operations(document)
        for status, answer in answers_of(document, operation).items()
        if "content" not in answer and status not in {"204", "304"}
    ]
    assert bare == []


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    registry = Registry().with_resource(HERE, Resource.from_contents(document, default_specification=DRAFT202012))
    wrong: list[tuple[object, ...]] = []
    shown = [
        (where, told["schema"], example)
        for where, told in contents_of(document)
        for example in examples_of(told, document)
    ]
    for _, _, operation in operations(document):
        told = operation.get("parameters", ())
        shown += [((operation["operationId"], each["name"]), each["schema"], each["example"]) for each in told]
    for told in document["components"]["headers"].values():
        shown.append((("header",), told["schema"], told["example"]))
    for where, schema, example in shown:
        checker = Draft202012Validator(_absolute(schema), registry=registry, format_checker=FormatChecker())
        wrong += [(*where, fault.json_path, fault.message[:200]) for fault in checker.iter_errors(example)]
    assert wrong == []


def _absolute(schema: Any) -> Any:
    """A schema whose references name the document."""
    if isinstance(schema, dict):
        return {key: f"{HERE}{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()}
    return [_absolute(each) for each in schema] if isinstance(schema, list) else schema


def test_every_good_answer_is_of_its_shape(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        name = operation["operationId"]
        good = [told for status, told in answers_of(document, operation).items() if status.startswith("2")]
        for told in good:
            if "application/json" not in told.get("content", {}):  # a file, a part of one, nothing
                continue
            for example in examples_of(told["content"]["application/json"], document):
                assert _wrong(ANSWERS[name], example) == set(), name


def test_every_answer_tells_its_headers(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        for status, told in answers_of(document, operation).items():
            where = (operation["operationId"], status)
            headers = {name: resolved(document, each) for name, each in told["headers"].items()}
            assert {"X-Request-Id", "X-API-Version"} <= headers.keys(), where
            assert ("RateLimit" in headers) is (operation["tags"] != ["Health"]), where
            assert ("WWW-Authenticate" in headers) is (status == "401"), where
            assert status not in {"429", "503", "507"} or "Retry-After" in headers, where
            assert all(each["description"] and each["schema"] for each in headers.values()), where


def test_an_answer_bears_the_headers_that_are_told(
    document: dict[str, Any], settled: dict[str, Any], stack: Stack, token: str
) -> None:
    for name, query in (("xml", {"format": "xml"}), ("cdr", {"format": "zip"}), ("pdf", {"format": "pdf"})):
        _, path, operation = operation_of(document, name)
        filled = path.format(**{key: settled[key] for key in ("ruc", "doctype", "serie", "number")})
        answer = stack.http.get(filled, params=query, headers={"Authorization": f"Bearer {token}"})
        told = set(answers_of(document, operation)["200"]["headers"]) - {"RateLimit", "RateLimit-Policy"}
        assert told <= {header.title() for header in answer.headers} | {"ETag", "X-API-Version"}, name
        assert {"etag", "x-api-version"} <= set(answer.headers)


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
        bad = {status: told for status, told in answers_of(document, operation).items() if status[0] in "45"}
        assert "500" in bad
        for status, told in bad.items():
            assert set(told["content"]) == {PROBLEM}
            assert told["content"][PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}
            for code, named in told["content"][PROBLEM]["examples"].items():
                shown = Problem.model_validate(resolved(document, named)["value"], strict=True)
                assert (shown.status, shown.code) == (int(status), code)
                assert f"`{code}`" in told["description"]
        if path.startswith(BASE):  # a link under `files` opens without a token
            assert {"401", "406", "429", "503", "507"} <= bad.keys()


def test_all_but_the_doors_need_the_bearer(document: dict[str, Any], stack: Stack) -> None:
    for method, path, operation in operations(document):
        guarded = bool(operation["security"])
        assert guarded is (operation["operationId"] in GUARDED)
        if guarded:
            ids = {"endpoint_id": "x", "delivery_id": "x", "message_id": "x", "name": "x"}
            filled = path.format(**ids, session="x", user="x", limit=1, ruc=RUC, doctype="01", serie="F001", number=1)
            assert stack.http.request(method, filled).json()["code"] == "token_missing"


def test_every_operation_tells_its_permission(document: dict[str, Any]) -> None:
    """The table of what each role is really answered (test_roles.py) says the same."""
    for _, _, operation in operations(document):
        name = operation["operationId"]
        told = [scope for way in operation["security"] for scope in way["bearerAuth"]]
        if name in NEEDS:
            assert told == [NEEDS[name]], name
            assert f"Permiso: `{NEEDS[name]}`" in operation["description"]
        if name in FREE:
            assert told == [], name


def test_the_shown_receipts_are_taken(document: dict[str, Any], untouched: Stack) -> None:
    """One of each kind, in the order in which they are shown: some name those before them."""
    token = str(untouched.login()["token"])
    method, path, operation = operation_of(document, "send_message")
    sent = []
    for media, content in operation["requestBody"]["content"].items():
        for example in examples_of(content, document):
            answer = untouched.http.request(method, path, params={"wait": 30}, **_body(media, example, token))
            assert answer.status_code in {200, 201}, answer.text
            record = Record.model_validate_json(answer.content, strict=True)
            assert record.status in {"ACCEPTED", "VOIDED"}, (record.name, record.sunat)
            assert str(answer.status_code) in operation["responses"]
            sent.append(record.doctype)
    assert set(sent) == set(KINDS)


def _body(media: str, example: Any, token: str) -> dict[str, Any]:
    """What httpx sends of an example; a ZIP cannot be shown as text, so the shown XML is put into one."""
    head = {"Authorization": f"Bearer {token}"}
    match media:
        case "application/json":
            return {"json": example, "headers": head}
        case "multipart/form-data":
            return {"files": {name: (None, value) for name, value in example.items()}, "headers": head}
        case "application/zip":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as file:
                file.writestr("20000000001-01-F011-1.xml", examples.XML)
            return {"content": packed.getvalue(), "headers": {**head, "Content-Type": media}}
        case _:
            return {"content": example, "headers": {**head, "Content-Type": media}}


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
