"""Which codes an operation answers with under each of its statuses, with an example of every code.

A row of `CODES` is for what only that operation can say; the rest follows from `USUAL`. A test keeps count of every
problem that the tests of the API meet: one that is not told here fails it.
"""

from collections.abc import Iterator
from typing import Any, Final

from onapi.api.openapi.scopes import SCOPE_OF
from onapi.api.problem_codes import CONFLICTS, PROBLEMS
from onapi.api.problem_words import words_of

MEDIA_TYPE: Final = "application/problem+json"
_WORDS: Final = {
    400: "No se puede leer",
    401: "Sin sesión",
    403: "Sin permiso",
    404: "No existe",
    406: "Formato no disponible",
    409: "Choca con lo que hay",
    413: "Demasiado grande",
    415: "Tipo de contenido no admitido",
    422: "No es válido",
    429: "Demasiadas peticiones",
    500: "Error nuestro",
    502: "Respuesta ilegible de otro",
    503: "No disponible por ahora",
    504: "Otro tardó demasiado",
    507: "Sin espacio",
}
USUAL: Final = {
    400: "malformed_json malformed_request",
    401: "token_missing token_expired token_invalid",
    403: "scope_missing ruc_not_allowed",
    404: "document_not_found",
    406: "not_acceptable",
    409: "in_progress",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "invalid_parameter validation_failed",
    429: "rate_limited",
    500: "internal_error",
    502: "sunat_bad_response",
    503: "storage_unavailable",
    504: "provider_timeout",
    507: "storage_full",
}
_OWN_RUC: Final = frozenset({"log", "list_users", "list_companies"})  # act within what the caller may see
_CHECKED: Final = "invalid_parameter validation_failed"
_SIGNING: Final = (
    "validation_failed totals_mismatch company_not_enrolled certificate_missing certificate_expired "
    "certificate_ruc_mismatch sol_credentials_missing gre_credentials_missing signature_invalid invalid_parameter "
    "out_of_time number_consumed"
)
_ASKING: Final = {503: "storage_unavailable sunat_unavailable"}
_SENDING: Final = {
    404: "document_not_found cdr_not_available",
    409: "document_not_final in_progress",
    503: "provider_not_configured storage_unavailable",
}
_VERSIONED: Final = {409: "version_conflict in_progress"}
_KEPT: Final = _VERSIONED | {422: f"{_CHECKED} company_not_enrolled"}
_FORGOTTEN: Final = {
    404: "company_not_found channel_not_found",
    409: "version_conflict",
    422: "invalid_parameter company_not_enrolled",
}
CODES: Final[dict[str, dict[int, str]]] = {
    "authenticate": {
        401: "invalid_credentials",
        403: "credential_disabled",
        422: "validation_failed",
        429: "rate_limited login_blocked",
    },
    "refresh_token": {
        401: "refresh_token_invalid refresh_token_reused token_invalid",
        403: "credential_disabled",
        422: "validation_failed",
        429: "rate_limited login_blocked",
    },
    "end_session": {404: "session_not_found", 422: "invalid_parameter"},
    "create_user": {409: "user_already_exists", 422: "validation_failed"},
    "change_user": {404: "user_not_found", 422: _CHECKED},
    "send_message": {
        400: "malformed_json malformed_xml malformed_zip malformed_trama malformed_base64 malformed_request",
        409: "document_already_exists idempotency_conflict in_progress",
        422: _SIGNING,
    },
    "store_xml": {
        400: "malformed_json malformed_xml malformed_zip malformed_base64 malformed_request",
        409: "document_already_exists in_progress",
        422: (
            "validation_failed invalid_parameter company_not_enrolled signature_invalid cdr_mismatch "
            "certificate_ruc_mismatch unreadable_pdf"
        ),
    },
    "retry": {409: "in_progress", 422: "invalid_parameter number_consumed"},
    "ngr": _ASKING | {422: "invalid_parameter"},
    "cancel": _ASKING | {422: "invalid_parameter not_voidable"},
    "void_receipt": {
        409: "in_progress",
        422: f"{_CHECKED} not_voidable out_of_time document_not_final certificate_missing certificate_expired",
    },
    "xml": {404: "document_not_found xml_not_available", 422: "invalid_parameter"},
    "cdr": _ASKING | {404: "document_not_found cdr_not_available", 422: "invalid_parameter"},
    "pdf": {404: "document_not_found pdf_not_available", 422: "invalid_parameter"},
    "url_xml": {404: "document_not_found xml_not_available", 422: "invalid_parameter"},
    "url_cdr": {404: "document_not_found cdr_not_available", 422: "invalid_parameter"},
    "url_pdf": {404: "document_not_found pdf_not_available", 422: "invalid_parameter"},
    "linked_file": {404: "link_expired", 422: "invalid_parameter"},
    "revoke_urls": {422: "invalid_parameter"},
    "documents": {422: "invalid_parameter"},
    "documents_csv": {422: "invalid_parameter"},
    "log": {422: _CHECKED},
    "readyz": {422: "invalid_parameter", 503: "storage_unavailable"},
    "list_webhooks": {422: _CHECKED},
    "put_webhook": {409: "in_progress"},
    "get_delivery": {404: "webhook_not_found delivery_not_found"},
    "replay_delivery": {404: "webhook_not_found delivery_not_found", 409: "in_progress"},
    "send_whatsapp": _SENDING | {502: "provider_bad_response"},
    "send_whatsapp_qr": _SENDING | {502: "provider_bad_response"},
    "send_email": _SENDING,
    "list_messages": {404: "document_not_found", 422: f"invalid_parameter {_CHECKED}"},
    "get_message": {422: "invalid_parameter"},
    "resend_message": {422: "invalid_parameter", 503: "provider_not_configured storage_unavailable"},
    "list_companies": {422: "invalid_parameter"},
    "get_company": {422: "invalid_parameter"},
    "put_company": _VERSIONED,
    "put_company_sender": _KEPT,
    "put_company_certificate": _VERSIONED
    | {
        400: "malformed_json malformed_base64 malformed_request",
        422: f"{_CHECKED} company_not_enrolled certificate_missing certificate_expired certificate_ruc_mismatch",
    },
    "put_company_sol": _KEPT,
    "put_company_gre": _KEPT,
    "put_company_validity": _KEPT,
    "put_company_logo": _VERSIONED
    | {
        400: "malformed_json malformed_base64 malformed_request",
        422: f"{_CHECKED} company_not_enrolled unreadable_image",
    },
    "list_company_templates": {422: "invalid_parameter"},
    "get_company_template": {404: "template_not_found", 422: "invalid_parameter"},
    "put_company_template": {409: "in_progress", 422: f"template_invalid company_not_enrolled {_CHECKED}"},
    "delete_company_template": {404: "template_not_found", 422: "invalid_parameter"},
    "get_company_logo": {404: "company_not_found logo_not_found", 422: "invalid_parameter"},
    "get_company_mail": {422: "invalid_parameter"},
    "put_company_mail": _KEPT,
    "delete_company_mail": _FORGOTTEN,
    "test_company_mail": {409: "in_progress", 422: _CHECKED, 503: "provider_not_configured storage_unavailable"},
    "get_company_whatsapp": {422: "invalid_parameter"},
    "put_company_whatsapp": _KEPT,
    "delete_company_whatsapp": _FORGOTTEN,
    "check_company_credentials": {422: "invalid_parameter"},
}
_ALSO: Final = tuple((code, 409) for code in sorted(CONFLICTS))
_OF_KEY: Final = {409: ("idempotency_conflict", "in_progress"), 422: ("invalid_parameter",)}
_BY_TAG: Final = {  # what a 404 is about
    "Authentication": "session_not_found",
    "Companies": "company_not_found",
    "Messages": "message_not_found",
    "Users": "user_not_found",
    "Webhooks": "webhook_not_found",
}


def codes_of(operation: dict[str, Any], status: int) -> tuple[str, ...]:
    """The codes of one status of an operation, the likeliest first."""
    name = operation["operationId"]
    said = CODES.get(name, {}).get(status) or _usual(operation, status)
    codes = [*said.split(), *_of_key(operation, status)]
    return tuple(dict.fromkeys(code for code in codes if PROBLEMS[code].status == status or (code, status) in _ALSO))


def _usual(operation: dict[str, Any], status: int) -> str:
    name, tag = operation["operationId"], operation["tags"][0]
    match status:
        case 403:
            return " ".join(_forbidden(name))
        case 404 if tag in _BY_TAG:
            return _BY_TAG[tag]
        case _:
            return USUAL[status]


def _forbidden(name: str) -> Iterator[str]:
    if SCOPE_OF.get(name):
        yield "scope_missing"
    if name not in _OWN_RUC or name == "log":
        yield "ruc_not_allowed"


def _of_key(operation: dict[str, Any], status: int) -> tuple[str, ...]:
    takes = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
    return _OF_KEY.get(status, ()) if takes else ()


def tell_problem(operation: dict[str, Any], status: int, response: dict[str, Any]) -> None:
    """Which codes come with a status, and what each looks like."""
    codes = codes_of(operation, status)
    response["description"] = f"{_WORDS[status]}: {', '.join(f'`{code}`' for code in codes)}"
    shown = {code: {"$ref": f"#/components/examples/{_example_name(code, status)}"} for code in codes}
    response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": shown}}


def problem_examples(address: str) -> dict[str, dict[str, Any]]:
    """An example of every code."""
    usual = [(code, known.status) for code, known in PROBLEMS.items()]
    return {
        _example_name(code, status): {"summary": PROBLEMS[code].title, "value": _example(code, status, address)}
        for code, status in (*usual, *_ALSO)
    }


def _example_name(code: str, status: int) -> str:
    return f"{code}_{status}" if (code, status) in _ALSO else code


def _example(code: str, status: int, address: str) -> dict[str, Any]:
    known = PROBLEMS[code]
    return {
        "type": f"{address}/docs/errors#{code}",
        "title": known.title,
        "status": status,
        "code": code,
        "detail": words_of(code).cause or f"{known.title}.",
        "instance": "/integrator/api/v1/integrator/sendMessage",
        "requestId": "01931f0a8b7c7e1d9a2b3c4d5e6f7a8b",
        "retryable": known.retryable,
        "action": known.action,
        "errors": _ERRORS.get(code, []),
        "sunat": None,
        **_MORE.get(code, {}),
    }


_ERRORS: Final[dict[str, list[dict[str, str]]]] = {
    "validation_failed": [
        {
            "field": "/document/client/numDoc",
            "code": "ruc_check_digit",
            "message": "El dígito verificador del RUC no es correcto; revise el número.",
            "expected": "0",
            "received": "9",
        }
    ],
    "invalid_parameter": [
        {
            "field": "/number",
            "code": "invalid_parameter",
            "message": "El número va de 1 a 99999999.",
            "received": "0",
        }
    ],
    "totals_mismatch": [
        {
            "field": "/document/details/0/igv",
            "code": "totals_mismatch",
            "message": "El IGV de la línea no corresponde.",
            "expected": "36.00",
            "received": "34.00",
        }
    ],
}
_MORE: Final[dict[str, dict[str, Any]]] = {
    "document_already_exists": {
        "document": {
            "status": "ACCEPTED",
            "links": {"self": "/integrator/api/v1/integrator/ngr/20000000001/01/F001/123"},
        },
        "numberState": "TAKEN",
    }
}
