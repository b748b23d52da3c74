"""Shape of the change of one's own password."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_CHANGE: JsonValue = {"current": "<secreto>", "new": "<secreto>"}


class OwnPassword(BaseModel):
    """The password that was, and the one that is to be."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _CHANGE})

    current: str = Field(min_length=1, max_length=256, repr=False, description="La contraseña de ahora")
    new: str = Field(min_length=1, max_length=256, repr=False, description="La nueva, de 15 a 256 caracteres")
