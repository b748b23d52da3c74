"""Shapes of the operations on users."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from onapi.facts.roles import DEFAULT, roles
from onapi.store.credentials import Credential

_USER: dict[str, JsonValue] = {
    "id": "019aa0d2-6f2e-7c51-9d0a-2f4c1b7e8a90",
    "username": "caja1@empresa.example",
    "role": "emisor",
    "scopes": ["cpe:write", "cpe:read"],
    "rucs": ["20000000001"],
    "disabled": False,
}
_NEW: JsonValue = {"username": "caja1@empresa.example", "role": "emisor", "rucs": ["20000000001"]}
_CHANGE: JsonValue = {"role": "contador", "disabled": False}
_PASSWORD = Field(
    None, min_length=1, max_length=256, repr=False, description="Si falta al crear, se genera una y se muestra una vez"
)
_MOST_RUCS = 1000


class NewUser(BaseModel):
    """A user to be created."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": _NEW})

    username: str = Field(min_length=1, max_length=254, description="Usuario; no distingue mayúsculas")
    role: str = Field(
        DEFAULT,
        max_length=16,
        description="admin, emisor, contador, auditor o soporte",
        json_schema_extra={"enum": list(roles())},
    )
    rucs: list[str] = Field(min_length=1, max_length=_MOST_RUCS, description="Empresas por las que puede actuar")
    password: str | None = _PASSWORD


class UserChange(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": _CHANGE})

    role: str | None = Field(None, max_length=16, json_schema_extra={"enum": [*roles(), None]})
    rucs: list[str] | None = Field(None, min_length=1, max_length=_MOST_RUCS)
    password: str | None = _PASSWORD
    newPassword: bool = Field(default=False, description="Genera una contraseña nueva y la muestra una vez")
    disabled: bool | None = Field(None, description="Deshabilita al usuario y cierra sus sesiones")


class User(BaseModel):
    """A user."""

    model_config = ConfigDict(json_schema_extra={"example": _USER})

    id: str
    username: str
    role: str | None = Field(description="Nulo si sus permisos se dieron uno por uno")
    scopes: list[str]
    rucs: list[str]
    disabled: bool


class KeptUser(User):
    """A user as he was kept, with the password that was made for him."""

    model_config = ConfigDict(json_schema_extra={"example": {**_USER, "password": "N7c_pQ2vXk0fYw5Zt8Lr1aBe"}})

    password: str | None = Field(None, description="Solo si se generó; se muestra esta única vez")


class UserList(BaseModel):
    """The users within reach."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_USER], "count": 1}})

    items: list[User]
    count: int


def user_shown(credential: Credential, password: str = "") -> dict[str, Any]:
    """A user as JSON."""
    shown = {
        "id": credential.id,
        "username": credential.username,
        "role": credential.role,
        "scopes": list(credential.scopes),
        "rucs": list(credential.rucs),
        "disabled": credential.disabled,
    }
    return {**shown, "password": password} if password else shown
