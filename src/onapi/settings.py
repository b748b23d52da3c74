"""Every setting: an environment variable `ONAPI_<NAME>`, or a line of `.env`, typed, with unit and default."""

import os
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from onapi.gateways.channels.whatsapp_settings import WhatsappSettings
from onapi.values.sandbox import SANDBOX_PHONE
from onapi.values.scope import Environment

DEMO_USERNAME = "demo@onapi.local"
DEMO_PASSWORD = "onapi-demo-password"  # noqa: S105  published on purpose: production refuses it
DEMO_RUC = "20000000001"
CLIENT_ID = "integra"
PHONE_NEWS = "/integrator/api/v1/integrator/whatsapp/webhook"  # as api/whatsapp_news.py has it


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
    trusted_proxies: str = Field(
        "",
        description="direcciones o redes, separadas por comas, de los proxies cuyo X-Forwarded-For se cree; si falta, "
        "ninguno",
    )
    rate_per_token: int = Field(
        1000, ge=0, description="peticiones por segundo de una credencial, con ráfagas de diez segundos; 0: sin límite"
    )
    rate_per_company: int = Field(
        2000, ge=0, description="peticiones por segundo de las credenciales de las mismas empresas; 0: sin límite"
    )
    rate_per_address: int = Field(
        2000, ge=0, description="peticiones por segundo desde una dirección IP; 0: sin límite"
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
    page_cache_mb: int = Field(
        256, ge=0, description="MiB de páginas ya compuestas que se guardan para no componerlas otra vez; 0: ninguna"
    )
    page_cache_days: int = Field(30, ge=1, le=3650, description="días que se guarda una página ya compuesta")
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
    simulator_smtp_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="puerto del buzón de correo del simulador (SMTP); si falta, el que sigue al del simulador; "
        "0: sin buzón",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="servidor de correo de las empresas sin uno propio: smtps://usuario:clave@servidor:465 (TLS), "
        "smtp://…:587 (STARTTLS) o smtp+plain://…:25 (sin cifrar); si falta, ninguno, y en sandbox el buzón del "
        "simulador",
    )
    smtp_sender: str = Field("", description="dirección que envía por ese servidor, como comprobantes@ejemplo.pe")
    smtp_sender_name: str = Field("", description="nombre con que envía; si falta, el de cada empresa")
    smtp_allow_local: bool = Field(
        default=False,
        description="dejar que las empresas usen servidores de correo de esta máquina o de su red, en cualquier puerto",
    )
    smtp_allow_plain: bool = Field(
        default=False, description="dejar que las empresas usen servidores de correo sin TLS ni STARTTLS"
    )
    whatsapp_url: str = Field(
        "",
        description="dirección de la API Graph de Meta; si falta, https://graph.facebook.com, y en sandbox el teléfono "
        "del simulador",
    )
    whatsapp_version: str = Field(
        "v25.0", pattern=r"^v\d{1,3}\.\d{1,2}$", description="versión de la API Graph de Meta"
    )
    whatsapp_phone_number_id: str = Field(
        "",
        pattern=r"^\d{0,32}$",
        description="número de WhatsApp (phone number ID) de las empresas que no tienen uno suyo; si falta, ninguno",
    )
    whatsapp_business_account_id: str = Field("", pattern=r"^\d{0,32}$", description="cuenta (WABA ID) de ese número")
    whatsapp_token: SecretStr = Field(SecretStr(""), description="token de acceso permanente de ese número")
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="clave secreta de la aplicación de Meta: firma los avisos de entrega y lectura"
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="token de verificación que se escribe en Meta junto a la dirección de los avisos"
    )
    whatsapp_template: str = Field(
        "",
        pattern=r"^[a-z0-9_]{0,512}$",
        description="plantilla aprobada que se usa si el mensaje no nombra otra; si falta, ninguna",
    )
    whatsapp_template_language: str = Field(
        "es", pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$", description="idioma de esa plantilla, como está en Meta"
    )
    webhook_allow_local: bool = Field(
        default=False,
        description="dejar que los webhooks vayan por HTTP a esta misma máquina; solo con el simulador (sandbox)",
    )
    webhook_days: int = Field(
        30, ge=1, le=3650, description="días que queda en el registro de un webhook lo que ya se le entregó"
    )
    email_per_day: int = Field(
        2000, ge=0, description="destinatarios de correo a que una empresa puede escribir en un día de Lima"
    )
    whatsapp_per_day: int = Field(
        1000, ge=0, description="mensajes de WhatsApp que una empresa puede enviar en un día de Lima"
    )
    message_days: int = Field(
        30, ge=1, le=3650, description="días que se guardan los destinatarios y el texto de un mensaje que ya salió"
    )
    worker_name: str = Field("worker-1", description="nombre del worker; un proceso por nombre")
    worker_threads: int = Field(24, ge=1, le=128, description="comprobantes que un worker envía a la vez")
    worker_metrics_port: int = Field(
        0, ge=0, le=65535, description="puerto de esta máquina en que un worker da sus métricas; 0: ninguno"
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="token que abre /metrics y el detalle de /readyz; si falta, solo desde esta máquina"
    )
    otel_endpoint: str = Field(
        "",
        description="dirección OTLP/HTTP de un colector de OpenTelemetry, como http://127.0.0.1:4318; si falta, no hay",
    )
    log_days: int = Field(30, ge=1, le=3650, description="días que se guarda el registro de peticiones")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="nivel mínimo que se registra: DEBUG, INFO, WARNING o ERROR"
    )
    demo_password: SecretStr = Field(SecretStr(DEMO_PASSWORD), description="contraseña del usuario de la demostración")

    @property
    def messages_per_day(self) -> Mapping[str, int]:
        """How many persons a company may write to, by channel."""
        return MappingProxyType({"email": self.email_per_day, "whatsapp": self.whatsapp_per_day})

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'onapi.sqlite3'}"

    @property
    def files(self) -> str:
        """Where blobs live."""
        return self.blobs or str(self.home.resolve() / "blobs")

    @property
    def pages(self) -> Path:
        """Where pages stand that were printed before; they may be thrown away at any time."""
        return self.home.resolve() / "pages"

    @property
    def page_cache_bytes(self) -> int:
        """How much of them is kept."""
        return self.page_cache_mb * 1024 * 1024

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

    @property
    def mailbox_port(self) -> int:
        """Where the sandbox's mailbox is; 0 where there is none."""
        beside = (self.simulator_port + 1) % 65536 if self.simulator_port else 0
        chosen = beside if self.simulator_smtp_port is None else self.simulator_smtp_port
        return chosen if self.environment is Environment.SANDBOX else 0

    @property
    def phone_callback(self) -> str:
        """Where the sandbox's phone tells of its messages: this machine's own API, whatever address others use."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", "localhost"} else self.host  # noqa: S104  compared only
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{PHONE_NEWS}"

    @property
    def graph_url(self) -> str:
        """Where WhatsApp is: Meta's, or the sandbox's phone; "" for Meta's usual address."""
        is_phone = self.environment is Environment.SANDBOX and not self.whatsapp_url
        return f"{self.simulator_address}/whatsapp" if is_phone else self.whatsapp_url

    @property
    def whatsapp(self) -> WhatsappSettings | None:
        """The number of companies without one of their own; in the sandbox that of its phone, unless another is set."""
        if self.whatsapp_phone_number_id:
            return WhatsappSettings(
                self.whatsapp_phone_number_id,
                self.whatsapp_token.get_secret_value(),
                self.whatsapp_business_account_id,
                self.whatsapp_app_secret.get_secret_value(),
                self.whatsapp_verify_token.get_secret_value(),
                self.whatsapp_template,
                self.whatsapp_template_language,
            )
        phone = SANDBOX_PHONE
        known = (phone.number_id, phone.token, phone.business_id, phone.app_secret, phone.verify_token)
        return WhatsappSettings(*known) if self.environment is Environment.SANDBOX else None


def read_settings() -> Settings:
    """The settings of this process.

    What is set nowhere else may stand in a file `onapi_<name>` of systemd's credentials or of a container's secrets:
    no other process sees it there, as it would in the environment.
    """
    places = (os.environ.get("CREDENTIALS_DIRECTORY"), "/run/secrets")
    return Settings(_secrets_dir=[Path(place) for place in places if place and Path(place).is_dir()])
