"""A link to a file of a receipt."""

from datetime import datetime

from pydantic import BaseModel, Field

from onapi.api.shapes.receipts import Status


class FileLink(BaseModel):
    """Whoever holds the address sees that file, until it expires or is taken back."""

    url: str = Field(description="Dirección absoluta; funciona sin token de acceso")
    expiresAt: datetime
    fileName: str
    contentType: str
    size: int
    ruc: str
    doctype: str
    serie: str
    number: int
    status: Status
    once: bool = Field(description="Solo se puede usar una vez")
