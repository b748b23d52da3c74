"""What `storeXml` takes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_EXAMPLE: dict[str, Any] = {
    "xml": "PD94bWwgdmVyc2lvbj0iMS4wIj8+",
    "cdr": "UEsDBBQAAAAI",
    "source": "proveedor-anterior",
    "options": {"verify": "strict"},
}


class StoreOptions(BaseModel):
    """How closely it is looked at."""

    model_config = ConfigDict(extra="forbid")

    verify: Literal["strict", "warn", "off"] = Field(
        "strict",
        description="strict: la firma y el CDR deben corresponder; warn: se advierte; off: no se comprueban firmas",
    )
    checkSunat: bool = Field(default=False, description="true: preguntar a SUNAT su estado, si no hay CDR")


class StoreXml(BaseModel):
    """A receipt that was issued elsewhere."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    xml: str = Field(min_length=1, description="XML UBL firmado, o un ZIP con él, en base64")
    cdr: str | None = Field(None, min_length=1, description="Constancia de SUNAT, XML o ZIP, en base64")
    pdf: str | None = Field(None, min_length=1, description="Representación impresa, en base64; se devuelve como vino")
    ruc: str | None = Field(None, min_length=11, max_length=11, description="Si se indica, debe coincidir con el XML")
    doctype: str | None = Field(None, min_length=2, max_length=2, description="Como ruc")
    serie: str | None = Field(None, min_length=4, max_length=8, description="Como ruc")
    number: int | None = Field(None, ge=1, le=99_999_999, description="Como ruc")
    externalId: str | None = Field(None, min_length=1, max_length=64, description="Referencia suya")
    source: str | None = Field(None, min_length=1, max_length=64, description="Quién lo emitió, a su gusto")
    options: StoreOptions = StoreOptions()
