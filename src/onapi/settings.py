"""Every setting: an environment variable `ONAPI_<NAME>`, or a line of `.env`, typed, with unit and default."""

from datetime import time
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
        Environment.SANDBOX,
        description="sandbox: el simulador; beta: las pruebas de SUNAT; production: SUNAT de verdad",
    )
    home: Path = Field(Path(".onapi"), description="carpeta de base de datos, archivos y claves")
    host: str = Field("127.0.0.1", description="dirección en que escucha la API")
    port: int = Field(8080, ge=0, le=65535, description="puerto de la API")
    public_url: str = Field(
        "", description="dirección con que los clientes llegan a la API; si falta, http://host:puerto"
    )
    database_url: str = Field("", description="dirección SQLAlchemy; si falta, SQLite en la carpeta")
    blobs: str = Field("", description="carpeta o dirección (s3://…) de los archivos; si falta, en la carpeta")
    key_ring: Path | None = Field(
        None, description="archivo con las claves que sellan los secretos; si falta, keys/ring en la carpeta"
    )
    token_key: Path | None = Field(
        None, description="archivo con la clave que firma los tokens; si falta, keys/tokens.pem en la carpeta"
    )
    access_minutes: int = Field(15, ge=1, le=1440, description="vida de un token de acceso, minutos")
    refresh_days: int = Field(
        30, ge=1, le=90, description="vida de un token de renovación, días; se renueva con cada uso"
    )
    strict_ruc: bool = Field(default=True, description="rechazar un RUC cuyo dígito verificador no corresponde")
    summary_at: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d|now)?$",
        description="hora de Lima, HH:MM, en que se reúnen las boletas del día anterior en su resumen diario; now: en "
        "cuanto llegan; si falta, 01:30, y now con el simulador",
    )
    reconcile_at: str = Field(
        "03:00",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d|never)$",
        description="hora de Lima, HH:MM, en que cada noche se concilia con SUNAT; never: no se concilia",
    )
    reconcile_most: int = Field(5000, ge=1, description="comprobantes que se revisan cada noche como máximo")
    simulator_port: int = Field(8090, ge=0, le=65535, description="puerto del simulador de SUNAT")
    simulator_profile: Literal["beta", "production"] = Field(
        "production", description="qué SUNAT imita el simulador: beta o production"
    )
    simulator_latency_ms: int = Field(0, ge=0, description="cuánto tarda el simulador en contestar, milisegundos")
    simulator_ticket_delay_ms: int = Field(
        1000, ge=0, description="cuánto deja el simulador un resumen o una guía en proceso (98), milisegundos"
    )
    simulator_scenario: Path | None = Field(
        None, description="archivo YAML con las fallas que el simulador arma al arrancar; ver simulator.md"
    )
    simulator_tls_port: int = Field(
        0, ge=0, le=65535, description="segundo puerto del simulador, con TLS; 0 si no hace falta"
    )
    worker_name: str = Field("worker-1", description="nombre del worker; un proceso por nombre")
    worker_threads: int = Field(24, ge=1, le=128, description="comprobantes que un worker envía a la vez")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="nivel mínimo que se registra: DEBUG, INFO, WARNING o ERROR"
    )
    demo_password: SecretStr = Field(SecretStr(DEMO_PASSWORD), description="contraseña del usuario de la demostración")

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
    def summary_hour(self) -> str:
        """HH:MM, or "" for at once."""
        chosen = self.summary_at or ("now" if self.environment is Environment.SANDBOX else "01:30")
        return "" if chosen == "now" else chosen

    @property
    def reconcile_hour(self) -> time | None:
        """In Lima; None is never."""
        return None if self.reconcile_at == "never" else time.fromisoformat(self.reconcile_at)

    @property
    def simulator_address(self) -> str:
        """Where the simulator listens."""
        return f"http://127.0.0.1:{self.simulator_port}"
