"""Templates of a company's own, as the API tells of them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from onapi.store.page_templates import PageTemplate
from onapi.values.moment import stamp

_FILE = '#let sheet = json("page.json")\n#set page(paper: "a4")\n= #sheet.heading #sheet.number\n'


class TemplateFile(BaseModel):
    """A template to keep."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"source": _FILE}})

    source: str = Field(min_length=1, description="El texto del archivo Typst")


class TemplateFault(BaseModel):
    """What went wrong the last time that it failed: that page was set with OnAPI's own template."""

    message: str
    at: datetime
    receipt: str = Field(description="Serie y número del comprobante")


class TemplateInfo(BaseModel):
    """A template that is kept."""

    name: str
    bytes: int
    sha256: str
    updatedAt: datetime
    fault: TemplateFault | None = Field(description="Su última falla desde que se cargó; null si no hubo")


class TemplateList(BaseModel):
    """All of a company's."""

    items: list[TemplateInfo]


class TemplateKept(TemplateInfo):
    """A template that was tried and kept."""

    triedOn: list[str] = Field(description="Tipos de comprobante con cuyas páginas de muestra se probó")


INFO: dict[str, Any] = {
    "name": "A4",
    "bytes": 2310,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "updatedAt": "2026-11-20T10:15:00-05:00",
    "fault": None,
}
KEPT: dict[str, Any] = {
    **INFO,
    "triedOn": ["01", "03", "04", "07", "08", "09", "20", "31", "40", "RA", "RC", "RR"],
}
TEXT = _FILE


def told(template: PageTemplate) -> dict[str, Any]:
    """One of them."""
    fault = template.fault
    return {
        "name": template.name,
        "bytes": template.size_bytes,
        "sha256": template.blob,
        "updatedAt": stamp(template.updated_at),
        "fault": {"message": fault.sentence, "at": stamp(fault.at), "receipt": fault.receipt} if fault else None,
    }
