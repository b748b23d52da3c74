"""The shape of an error, and which statuses an operation can answer with."""

from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from onapi.api.problem_codes import PROBLEMS


class FieldError(BaseModel):
    """One thing wrong, and where."""

    field: str = Field(description="Puntero JSON al campo")
    code: str = Field(description="Código de SUNAT o nuestro")
    message: str = Field(description="Qué está mal y qué hacer")
    expected: str | None = None
    received: str | None = None


class SunatWords(BaseModel):
    """What SUNAT said."""

    code: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457) with the contract's members."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "http://127.0.0.1:8080/docs/errors#validation_failed",
                "title": "Datos no válidos",
                "status": 422,
                "code": "validation_failed",
                "detail": "El documento tiene 1 error.",
                "instance": "/integrator/api/v1/integrator/sendMessage",
                "requestId": "01931f0a8b7c7e1d9a2b3c4d5e6f7a8b",
                "retryable": False,
                "action": PROBLEMS["validation_failed"].action,
                "errors": [
                    {
                        "field": "/document/client/numDoc",
                        "code": "ruc_check_digit",
                        "message": "El dígito verificador del RUC no es correcto; revise el número.",
                        "expected": "0",
                        "received": "9",
                    }
                ],
                "sunat": None,
            }
        }
    )

    type: str
    title: str
    status: int
    code: str = Field(description="Estable; no cambia con el idioma")
    detail: str
    instance: str
    requestId: str
    retryable: bool = Field(description="Si la misma petición puede repetirse sin cambios")
    action: str = Field(description="Qué hacer")
    errors: list[FieldError]
    sunat: SunatWords | None
    document: dict[str, Any] | None = Field(None, description="Estado y enlaces, cuando el comprobante existe")
    numberState: Literal["FREE", "TAKEN", "UNKNOWN"] | None = Field(
        None, description="Qué fue del número, cuando el error es de un comprobante"
    )
    deadline: str | None = Field(None, description="Hasta cuándo se puede informar el comprobante a SUNAT")
    detailEs: str | None = Field(None, description="Con Accept-Language: en, la frase en español de esta petición")


_ALWAYS: Final = (406, 429, 500, 503, 507)  # whatever the operation: its Accept, its pace, our bug, our storage


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that can fail with these statuses, and with those that are always possible."""
    return {status: _response(status) for status in sorted({*statuses, *_ALWAYS})}


def _response(status: int) -> dict[str, Any]:
    """As much as the framework needs; `openapi/problems.py` adds codes and examples."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": HTTPStatus(status).phrase, "content": {"application/problem+json": {"schema": schema}}}
