"""Answers of the server in front of SUNAT: pages that are no SOAP and no JSON of a service."""

import json
from http import HTTPStatus

from starlette.responses import Response

from onapi.simulator.faults import Mishap

_MAINTENANCE = "<html><head><title>SUNAT</title></head><body><h1>Servicio en mantenimiento</h1></body></html>"


def page_of(mishap: Mishap) -> Response:
    """The page that a fault answers with, and Retry-After where it names one."""
    status = int(mishap.number("status"))
    headers = {"Retry-After": mishap.settings["retry_after"]} if mishap.settings.get("retry_after") else {}
    match mishap.settings["page"]:
        case "empty":
            return Response(b"", status, headers, "text/xml; charset=utf-8")
        case "json":
            return Response(_json(status), status, headers, "application/json")
        case "maintenance":
            return Response(_MAINTENANCE, status, headers, "text/html")
        case _:
            return Response(_nginx(status), status, headers, "text/html")


def _phrase(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def _nginx(status: int) -> str:
    words = _phrase(status)
    return f"<html><head><title>{words}</title></head><body><center><h1>{words}</h1></center><hr>nginx</body></html>"


def _json(status: int) -> str:
    """As the REST services write it; a refused login and a refused request look the same."""
    words = {401: "Cliente no autorizado", 429: "Demasiadas solicitudes"}.get(status, _phrase(status))
    told = {"cod": str(status), "msg": words, "exc": None, "error": "unauthorized_client", "error_description": words}
    return json.dumps(told, ensure_ascii=False)
