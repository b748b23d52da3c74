"""The roof: reads the settings, picks every implementation, and hands out processes and commands.

Imports stand inside the builders on purpose: a cold import of everything takes seconds, and no process needs it all.
"""

import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import structlog
from pydantic import ValidationError

from onapi.cli.roof import Demo
from onapi.errors import Misconfigured, OnapiError
from onapi.lifecycle.patience import BRISK, PATIENT
from onapi.lifecycle.schedule import read_summary_time
from onapi.settings import CLIENT_ID, DEMO_RUC, DEMO_USERNAME, Settings
from onapi.values.scope import Environment

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.applications import Starlette

    from onapi.engine import Worker
    from onapi.flows.platform import Platform


def run() -> None:
    """The command line; exit status 2 and one sentence when a setting is unusable."""
    from onapi.cli.app import create_cli

    try:
        create_cli(House(Settings()))()
    except ValidationError as error:
        wrong = "; ".join(f"ONAPI_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
        _stop(wrong)
    except OnapiError as error:
        _stop(str(error))


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"onapi: {sentence}\n")
    sys.exit(2)


def clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class House:
    """One OnAPI as its settings ask; each method builds what one process needs and imports no more than that."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.demo = Demo(DEMO_RUC, DEMO_USERNAME, settings.demo_password.get_secret_value())

    def prepare(self) -> None:
        """Make folders, keys and tables, or bring them up to date; safe at each start."""
        from onapi.api.tokens import make_key
        from onapi.store.database import migrate
        from onapi.store.vault import make_ring

        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_ring(self.settings.ring)
        make_key(self.settings.tokens)
        migrate(self.settings.database)

    def platform(self, *, durable: bool = True) -> "Platform":
        """The store, the engine's queue, SUNAT, the vault and the clock."""
        import uuid_utils

        from onapi.engine import WorkQueue
        from onapi.flows.platform import Platform
        from onapi.gateways.sunat import ENDPOINTS, Sunat, endpoints_at
        from onapi.store import Blobs, open_database
        from onapi.store.vault import Vault, read_ring

        chosen = self.settings
        sandbox = chosen.environment is Environment.SANDBOX
        endpoints = endpoints_at(chosen.simulator_address) if sandbox else ENDPOINTS[chosen.environment]
        platform = Platform(
            environment=chosen.environment,
            database=open_database(chosen.database, durable=durable),
            blobs=Blobs(chosen.files),
            queue=WorkQueue(chosen.database),
            vault=Vault(read_ring(chosen.ring)),
            sunat=Sunat(endpoints, clock),
            pace=BRISK if sandbox else PATIENT,
            clock=clock,
            new_id=lambda: str(uuid_utils.uuid7()),
            strict_ruc=chosen.strict_ruc,
            summary_time=read_summary_time(chosen.summary_hour),
            reconcile_at=chosen.reconcile_hour,
            reconcile_most=chosen.reconcile_most,
        )
        if chosen.environment is Environment.PRODUCTION:
            refuse_demo(platform)
        return platform

    def api(self) -> "FastAPI":
        """The API process."""
        from onapi.api.app import create_app
        from onapi.api.surroundings import Surroundings
        from onapi.api.tokens import Tokens, read_key
        from onapi.api.waiting import WaitingRoom
        from onapi.flows.look import settled_among

        platform = self.platform()
        surroundings = Surroundings(
            platform=platform,
            tokens=Tokens(read_key(self.settings.tokens), timedelta(minutes=self.settings.access_minutes)),
            waiting=WaitingRoom(partial(settled_among, platform)),
            password_pool=ThreadPoolExecutor(2, "passwords"),
            refresh_days=self.settings.refresh_days,
            address=self.settings.address,
        )
        return create_app(surroundings)

    def worker(self) -> "Worker":
        """The worker process: it sends what is due, and looks now and then for what fell out of the queue."""
        from onapi.engine import Worker
        from onapi.flows.submit import take_step
        from onapi.flows.tidy import tidy

        platform = self.platform(durable=False)
        step, keep_order = partial(take_step, platform), partial(tidy, platform)
        chosen = self.settings
        return Worker(chosen.database, chosen.worker_name, step, tidy=keep_order, threads=chosen.worker_threads)

    def simulator(self, *, tls_port: int = 0, scenario: Path | None = None) -> "Starlette":
        """The simulated SUNAT; what is given here goes before the settings."""
        from onapi.simulator import create_app

        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return create_app(
            self.settings.home.resolve() / "simulator.sqlite3",
            profile=self.settings.simulator_profile,
            clock=clock,
            latency_s=self.settings.simulator_latency_ms / 1000,
            ticket_delay_s=self.settings.simulator_ticket_delay_ms / 1000,
            scenario=scenario or self.settings.simulator_scenario,
            tls_port=tls_port or self.settings.simulator_tls_port or None,
        )

    def set_up_logs(self) -> None:
        """Structured lines on standard error."""
        set_up_logs(self.settings.log_level)


def set_up_logs(log_level: str) -> None:
    """Structured lines on standard error."""
    level = logging.getLevelNamesMapping()[log_level]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def refuse_demo(platform: "Platform") -> None:
    """Misconfigured if the demo's published user or company is in the database."""
    from onapi.store import companies, credentials

    with platform.database.reading() as connection:
        user = credentials.find_by_name(connection, CLIENT_ID, DEMO_USERNAME)
        company = companies.find(connection, platform.scope(DEMO_RUC))
    if user is not None or company is not None:
        raise Misconfigured(
            f"Producción no arranca con los datos de la demostración ({DEMO_USERNAME}, RUC {DEMO_RUC}); "
            "use otra base de datos."
        )
