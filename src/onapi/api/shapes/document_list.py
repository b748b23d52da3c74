"""A list of receipts, and the query that asks for it."""

from typing import Annotated, Any, Final, get_args

from fastapi import Query
from pydantic import BaseModel, Field

from onapi.api.shapes.receipts import Record, Status
from onapi.store.lists import Order
from onapi.values.number import DOCTYPES

# What the OpenAPI document says of filters; `list_query.py` reads them and has a sentence for each that does not fit.
# A filter that is empty is none.
NO_NUL: Final = r"^[^\x00]*$"
_EMPTY: Final[dict[str, Any]] = {"type": "string", "maxLength": 0}
_DAY: Final[dict[str, Any]] = {"anyOf": [{"type": "string", "format": "date"}, _EMPTY]}
MOMENT_SCHEMA: Final[dict[str, Any]] = {"anyOf": [{"type": "string", "format": "date-time"}, *_DAY["anyOf"]]}
_TEXT: Final[dict[str, Any]] = {"maxLength": 64, "pattern": NO_NUL}
_RUC: Final[dict[str, Any]] = {"pattern": "^((10|15|16|17|20)[0-9]{9})?$"}
_DOCTYPE: Final[dict[str, Any]] = {"enum": ["", *DOCTYPES]}
_SERIES: Final[dict[str, Any]] = {"pattern": "^([FBLTVEGRPfbltvegrp][A-Za-z0-9]{3}|[0-9]{8})?$"}
_NUMBER: Final[dict[str, Any]] = {
    "pattern": "^([FBLTVEGRPfbltvegrp][A-Za-z0-9]{3}|"
    "(([0-9]{11}-)?([A-Za-z0-9]{2}-)?([A-Za-z][A-Za-z0-9]{3}|[0-9]{8})-)?[1-9][0-9]{0,7})?$"
}
_STATUS: Final = "|".join(get_args(Status))
_STATUSES: Final[dict[str, Any]] = {"pattern": f"^(({_STATUS})(,({_STATUS}))*)?$"}
_ORDER: Final[dict[str, Any]] = {"enum": ["", *Order]}


class DocumentList(BaseModel):
    """One page of records."""

    items: list[Record]
    limit: int = Field(description="Cuántos caben en una página")
    order: str = Field(description="newest, created, issued o number")
    nextCursor: str | None = Field(description="Se envía como cursor para la página siguiente; null al final")
    page: int | None = Field(None, description="Solo si se pidió page")
    size: int | None = None
    totalItems: int | None = Field(None, description="null si son más de 10000")
    totalPages: int | None = None


class Asked(BaseModel):
    """The filters, as they came."""

    ruc: Annotated[
        str, Query(description="RUC emisor; puede faltar si la credencial tiene uno solo", json_schema_extra=_RUC)
    ] = ""
    doctype: Annotated[str, Query(description="Tipo de comprobante", json_schema_extra=_DOCTYPE)] = ""
    serie: Annotated[str, Query(description="Serie", json_schema_extra=_SERIES)] = ""
    status: Annotated[str, Query(description="Estados, separados por comas", json_schema_extra=_STATUSES)] = ""
    issued_from: Annotated[
        str, Query(alias="from", description="Fecha de emisión desde, AAAA-MM-DD", json_schema_extra=_DAY)
    ] = ""
    issued_to: Annotated[
        str, Query(alias="to", description="Fecha de emisión hasta, incluida", json_schema_extra=_DAY)
    ] = ""
    created_from: Annotated[
        str,
        Query(
            alias="createdFrom",
            description="Recibidos desde: fecha u hora RFC 3339",
            json_schema_extra=MOMENT_SCHEMA,
        ),
    ] = ""
    created_to: Annotated[
        str,
        Query(
            alias="createdTo",
            description="Recibidos antes de: hora RFC 3339; de una fecha, el día entero",
            json_schema_extra=MOMENT_SCHEMA,
        ),
    ] = ""
    customer: Annotated[str, Query(description="Número de documento del cliente", json_schema_extra=_TEXT)] = ""
    external_id: Annotated[str, Query(alias="externalId", description="Su referencia", json_schema_extra=_TEXT)] = ""
    request_id: Annotated[
        str,
        Query(
            alias="requestId",
            description="X-Request-Id de una petición: los comprobantes que ella envió, anuló o reenvió",
            json_schema_extra=_TEXT,
        ),
    ] = ""
    number: Annotated[str, Query(description="F001-123, F001, o 123", json_schema_extra=_NUMBER)] = ""
    order: Annotated[
        str,
        Query(
            description="newest (llegada), created, issued (emisión), number; por omisión, según los filtros",
            json_schema_extra=_ORDER,
        ),
    ] = ""
