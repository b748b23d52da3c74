"""Shapes of the session operations. Names are the vendor's own, odd casing included (`refresh_token`)."""

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue

DEFAULT_CLIENT = "integra"
_LOGIN: JsonValue = {
    "clientId": "integra",
    "username": "demo@onapi.local",
    "password": "<secreto>",
    "grantType": "password",
}
_TOKENS: dict[str, JsonValue] = {
    "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln",
    "refresh_token": "9q2v7mGk0b1xZt4sW8yL3nQe6uRc5aTd",
    "expiresIn": 900,
    "tokenType": "Bearer",
    "refreshExpiresIn": 2592000,
    "rucs": ["20000000001"],
}


class Login(BaseModel):
    """Who wants in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _LOGIN})

    clientId: str = Field(DEFAULT_CLIENT, min_length=1, max_length=64, description="Identificador de la integración")
    username: str = Field(min_length=1, max_length=254, description="Usuario; no distingue mayúsculas")
    password: str = Field(min_length=1, max_length=256, description="Contraseña", repr=False)
    grantType: Literal["password"] = Field("password", description="Solo password")


class LoginAnswer(BaseModel):
    """An access token, and the means to the next."""

    model_config = ConfigDict(json_schema_extra={"example": _TOKENS})

    token: str = Field(description="JWT para la cabecera Authorization: Bearer")
    refresh_token: str = Field(description="Opaco; sirve una vez")
    expiresIn: int = Field(description="Vida del token, en segundos")
    tokenType: Literal["Bearer"] = "Bearer"
    refreshExpiresIn: int = Field(description="Vida del refresh token, en segundos")
    rucs: list[str] = Field(description="RUC por los que puede actuar la credencial")


class Refresh(BaseModel):
    """A refresh token to be exchanged."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"refreshToken": _TOKENS["refresh_token"]}})

    refreshToken: str = Field(
        min_length=1, max_length=512, validation_alias=AliasChoices("refreshToken", "refresh_token"), repr=False
    )


class RefreshAnswer(BaseModel):
    """The next access token, and the next refresh token."""

    model_config = ConfigDict(
        json_schema_extra={"example": {key: value for key, value in _TOKENS.items() if key != "rucs"}}
    )

    token: str
    expiresIn: int
    refresh_token: str
    tokenType: Literal["Bearer"] = "Bearer"
    refreshExpiresIn: int
