"""What goes in and what good answers look like: an example for each status, also where the framework knows none."""

from typing import Any, Final

from onapi.api.openapi import record_examples as examples

_FRAMEWORKS: Final = "Successful Response"
_PART: Final = 206
_DONE: Final = {200: "Hecho", 201: "Creado", 202: "En camino", 204: "Hecho; sin cuerpo"}
_FILES: Final = {
    "application/pdf": "%PDF-1.7 (los bytes del PDF)",
    "application/zip": "PK (los bytes del ZIP)",
    "application/xml": '<?xml version="1.0" encoding="UTF-8"?><Invoice>…</Invoice>',
}
_FILE: Final = "(los bytes del archivo)"
_SHOWN: Final[dict[tuple[str, int], dict[str, Any]]] = {
    ("send_message", 200): examples.SENT_BEFORE,
    ("send_message", 201): examples.SENT,
    ("send_message", 202): examples.UNDER_WAY,
    ("retry", 201): examples.SENT,
    ("retry", 202): examples.UNDER_WAY,
    ("ngr", 200): examples.ASKED,
    ("cancel", 200): examples.CANCELLATIONS,
    ("void_receipt", 201): examples.CANCELLED,
    ("void_receipt", 202): examples.CANCELLING,
}


def tell_answer(operation: dict[str, Any], status: int, response: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Words and examples of an answer that is no problem."""
    if response.get("description", _FRAMEWORKS) == _FRAMEWORKS:
        response["description"] = _DONE.get(status, "Hecho")
    if status == _PART:
        whole = operation["responses"]["200"].get("content", {})
        response["content"] = {kind: {"schema": told["schema"]} for kind, told in whole.items() if _is_file(told)}
    several = _SHOWN.get((operation["operationId"], status))
    for kind, told in response.get("content", {}).items():
        if several and kind == "application/json":
            told.pop("example", None)
            told["examples"] = several
        elif "example" not in told and "examples" not in told:
            told["example"] = _example(kind, told, schemas)


def tell_body(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """An example in each form of the body, where only its shape has one."""
    for kind, told in operation.get("requestBody", {}).get("content", {}).items():
        if "example" not in told and "examples" not in told:
            told["example"] = _example(kind, told, schemas)


def _is_file(told: dict[str, Any]) -> bool:
    return bool(told.get("schema", {}).get("format") == "binary")


def _example(kind: str, told: dict[str, Any], schemas: dict[str, Any]) -> Any:  # noqa: ANN401  an example is any JSON
    named = schemas.get(told.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
    return named["example"] if "example" in named else _FILES.get(kind, _FILE)
