"""Every setting: an environment variable `ONAPI_<NAME>`, or a line of `.env`, typed, with unit and default."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from onapi.values.scope import Environment

DEMO_USERNAME = "demo@onapi.local"
DEMO_PASSWORD = "onapi-demo-password"  # noqa: S105  published on purpose: production refuses it
DEMO_RUC = "20000000001"
CLIENT_ID = "integra"


class Settings(BaseSettings):
    """The one table of settings."""

    model_config = SettingsConfigDict(env_prefix="ONAPI_", env_file=".env", extra="ignore", frozen=True)

    environment: Environment = Field(
        Environment.SANDBOX, description="sandbox: the simulator; beta: SUNAT's tests; production: SUNAT for real"
    )
    home: Path = Field(Path(".onapi"), description="folder of database, files and keys")
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8080, ge=0, le=65535, description="port of the API")
    public_url: str = Field("", description="address under which clients reach the API; default http://host:port")
    database_url: str = Field("", description="SQLAlchemy address; default SQLite in the home folder")
    blobs: str = Field("", description="folder or address (s3://…) of the files; default in the home folder")
    key_ring: Path | None = Field(None, description="file with the keys that seal secrets; default in the home folder")
    token_key: Path | None = Field(None, description="file with the key that signs tokens; default in the home folder")
    access_minutes: int = Field(15, ge=1, le=1440, description="life of an access token, minutes")
    refresh_days: int = Field(30, ge=1, le=90, description="life of a refresh token, days, renewed at each use")
    strict_ruc: bool = Field(default=True, description="refuse a RUC whose check digit is wrong")
    simulator_port: int = Field(8090, ge=0, le=65535, description="port of the SUNAT simulator")
    simulator_profile: Literal["beta", "production"] = Field("production", description="which SUNAT it plays")
    simulator_latency_ms: int = Field(0, ge=0, description="how long the simulator takes to answer, milliseconds")
    worker_name: str = Field("worker-1", description="name of the worker process; one process for each name")
    worker_threads: int = Field(8, ge=1, le=64, description="documents that a worker sends at once")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="least level that is logged")
    demo_password: SecretStr = Field(SecretStr(DEMO_PASSWORD), description="password of the demo's user")

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'onapi.sqlite3'}"

    @property
    def files(self) -> str:
        """Where blobs live."""
        return self.blobs or str(self.home.resolve() / "blobs")

    @property
    def ring(self) -> Path:
        """The file with the keys that seal secrets."""
        return self.key_ring or self.home.resolve() / "keys" / "ring"

    @property
    def tokens(self) -> Path:
        """The file with the key that signs tokens."""
        return self.token_key or self.home.resolve() / "keys" / "tokens.pem"

    @property
    def address(self) -> str:
        """The address clients use, without path."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def simulator_address(self) -> str:
        """Where the simulator listens."""
        return f"http://127.0.0.1:{self.simulator_port}"
