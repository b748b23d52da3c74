"""The headers of answers: each written once, and the rule for which answer bears it."""

from typing import Any, Final

HEALTH: Final = "Health"
_FILES: Final = frozenset({"xml", "cdr", "pdf", "linked_file"})
_TAGGED: Final = frozenset({"get_company", "put_company", "put_company_sender", "put_company_certificate"}) | {
    f"put_company_{what}" for what in ("sol", "gre", "validity", "logo", "mail", "whatsapp")
}
_TAGGED_TOO: Final = frozenset({"get_company_mail", "get_company_whatsapp"})
_RETRIED: Final = frozenset({409, 429, 500, 502, 503, 504, 507})
_FIRST_FAILURE: Final = 400
_NO_SESSION: Final = 401
_PART: Final = 206


def _header(words: str, example: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  any member of a header object
    return {"description": words, "schema": {"type": "string"}, "example": example, **more}


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": _header(
        "Nombre de la petición: el que usted envió en la cabecera del mismo nombre (8 a 64 letras, cifras, . _ -), "
        "o uno nuestro. Con él se halla en el registro.",
        "01931f0a8b7c7e1d9a2b3c4d5e6f7a8b",
        required=True,
    ),
    "X-API-Version": _header("Versión de la API", "1.0.3", required=True),
    "RateLimit-Policy": _header("Los límites: q peticiones en w segundos", '"token";q=500;w=10'),
    "RateLimit": _header("Cuántas quedan (r), y en cuántos segundos estarán todas (t)", '"token";r=499;t=1'),
    "Retry-After": _header("Segundos que conviene esperar antes de volver a preguntar", "5"),
    "WWW-Authenticate": _header("Cómo identificarse", "Bearer", required=True),
    "Content-Language": _header("Idioma de los textos: es, o en con Accept-Language: en", "es"),
    "ETag": _header("La versión de lo que se responde", '"5f2cc0dea19b"'),
    "Location": _header("La dirección de lo que se creó", "/integrator/api/v1/integrator/ngr/20000000001/01/F001/123"),
    "Idempotent-Replayed": _header("true: la misma petición ya se había contestado, y no se hizo nada nuevo", "true"),
    "Content-Disposition": _header("El nombre del archivo", 'attachment; filename="20000000001-01-F001-123.xml"'),
    "Content-Range": _header("Qué parte del archivo es", "bytes 0-99/9120", required=True),
    "Accept-Ranges": _header("Se puede pedir por partes", "bytes"),
    "X-Document-Status": _header("El estado del comprobante", "ACCEPTED"),
}


def headers_of(operation: dict[str, Any], path: str, status: int, response: dict[str, Any]) -> dict[str, Any]:
    """What an answer bears beside its body; what its router says of a header goes before."""
    names = ["X-Request-Id", "X-API-Version"]
    if HEALTH not in operation.get("tags", ()):
        names += ["RateLimit-Policy", "RateLimit"]
    names += _of_failure(status) if status >= _FIRST_FAILURE else _of_success(operation, path, status)
    return {**{name: {"$ref": f"#/components/headers/{name}"} for name in names}, **response.get("headers", {})}


def _of_failure(status: int) -> list[str]:
    names = ["Content-Language"]
    if status == _NO_SESSION:
        names.append("WWW-Authenticate")
    return [*names, "Retry-After"] if status in _RETRIED else names


def _of_success(operation: dict[str, Any], path: str, status: int) -> list[str]:
    name, names = operation["operationId"], []
    if name in _FILES:
        names += ["ETag", "X-Document-Status", "Content-Disposition", "Accept-Ranges"]
        names += ["Content-Range"] if status == _PART else []
    if name in _TAGGED | _TAGGED_TOO:
        names.append("ETag")
    if name == "documents_csv":
        names.append("Content-Disposition")
    if name in {"send_message", "store_xml"} and status in {201, 202}:
        names.append("Location")
    if name in {"send_message", "ngr"} and status in {200, 202}:
        names.append("Retry-After")
    if _takes_key(operation) or (path.endswith("/storeXml") and status == 200):  # noqa: PLR2004  the same one again
        names.append("Idempotent-Replayed")
    return names


def _takes_key(operation: dict[str, Any]) -> bool:
    return any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
