"""The roof: reads the settings, picks every implementation, and hands out processes and commands.

Imports stand inside the builders on purpose: a cold import of everything takes seconds, and no process needs it all.
"""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from onapi.cli.roof import Demo
from onapi.errors import Misconfigured, OnapiError
from onapi.lifecycle.patience import BRISK, PATIENT
from onapi.lifecycle.schedule import read_summary_time
from onapi.settings import CLIENT_ID, DEMO_RUC, DEMO_USERNAME, Settings, read_settings
from onapi.values.scope import Environment

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.applications import Starlette

    from onapi.api.tracing import Tracing
    from onapi.api.watching import Watching
    from onapi.engine import Worker
    from onapi.flows.platform import Platform

_ISSUING_AT_ONCE = 8
_LOOKING_AT_ONCE = 2  # of forty, each request costs twice the processor, and all take turns anyway


def run() -> None:
    """The command line; exit status 2 and one sentence when a setting is unusable."""
    from onapi.cli.app import create_cli

    try:
        create_cli(House(read_settings()))()
    except ValidationError as error:
        wrong = "; ".join(f"ONAPI_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
        _stop(wrong)
    except OnapiError as error:
        _stop(str(error))
    except Exception as error:
        from onapi.store.trouble import trouble_of

        known = trouble_of(error)
        if known is None:
            raise
        _stop(str(known))


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
        from onapi.store.database import migrate
        from onapi.store.token_keys import make_keys
        from onapi.store.vault import make_ring

        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_ring(self.settings.ring)
        make_keys(self.settings.tokens)
        migrate(self.settings.database)

    def platform(self, *, durable: bool = True) -> "Platform":
        """The store, the engine's queue, SUNAT, the vault and the clock."""
        import uuid_utils

        from onapi.api.shapes.record import record
        from onapi.engine import WorkQueue
        from onapi.flows.platform import Platform
        from onapi.gateways.sunat import ENDPOINTS, Sunat, endpoints_at
        from onapi.store import Blobs, open_database
        from onapi.store.page_cache import PageCache
        from onapi.store.ring import RingFile
        from onapi.store.vault import Vault

        chosen, sandbox = self.settings, self.settings.environment is Environment.SANDBOX
        if chosen.webhook_allow_local and not sandbox:
            raise Misconfigured("ONAPI_WEBHOOK_ALLOW_LOCAL solo vale en sandbox; quítelo.")
        endpoints = endpoints_at(chosen.simulator_address) if sandbox else ENDPOINTS[chosen.environment]
        database = open_database(chosen.database, durable=durable)
        platform = Platform(
            environment=chosen.environment,
            database=database,
            blobs=Blobs(chosen.files),
            queue=WorkQueue(database.engine),
            vault=Vault(RingFile(chosen.ring), database),
            sunat=Sunat(endpoints, clock),
            pace=BRISK if sandbox else PATIENT,
            clock=clock,
            new_id=lambda: str(uuid_utils.uuid7()),
            record_of=record,
            strict_ruc=chosen.strict_ruc,
            summary_time=read_summary_time(chosen.summary_hour),
            reconcile_at=chosen.reconcile_hour,
            reconcile_most=chosen.reconcile_most,
            **self._ways(),
            keep_told=timedelta(days=chosen.webhook_days),
            pages=PageCache(chosen.pages, chosen.page_cache_bytes, timedelta(days=chosen.page_cache_days)),
            head_keys=chosen.tokens,
        )
        if chosen.environment is Environment.PRODUCTION:
            refuse_demo(platform)
        return platform

    def _ways(self) -> dict[str, Any]:
        """How a platform reaches persons and the systems of companies."""
        from onapi.flows.channels import channel_of
        from onapi.flows.messaging import Messaging
        from onapi.gateways.channels.email import Reach
        from onapi.gateways.channels.graph import Graph
        from onapi.gateways.channels.mail_account import account_for
        from onapi.gateways.channels.webhook import WebhookChannel
        from onapi.gateways.egress import Egress

        chosen = self.settings
        return {
            "webhooks": WebhookChannel(Egress(allow_local=chosen.webhook_allow_local)),
            "mail": account_for(chosen.smtp_url, chosen.smtp_sender, chosen.smtp_sender_name, chosen.mailbox_port),
            "mail_reach": Reach(chosen.smtp_allow_local, chosen.smtp_allow_plain),
            "graph": Graph(chosen.graph_url, chosen.whatsapp_version),
            "whatsapp": chosen.whatsapp,
            "messaging": Messaging(channel_of, chosen.messages_per_day, timedelta(days=chosen.message_days)),
        }

    def openapi(self) -> dict[str, Any]:
        """What the API says of itself."""
        from onapi.api.app import described

        return described(self.settings.address)

    def api(self) -> "FastAPI":
        """The API process."""
        from anyio import CapacityLimiter

        from onapi.api.app import create_app
        from onapi.api.client_address import read_networks
        from onapi.api.hashing_room import HashingRoom
        from onapi.api.rate_limit import Limits
        from onapi.api.revocations import Revocations
        from onapi.api.surroundings import Surroundings
        from onapi.api.tokens import Tokens
        from onapi.api.waiting import WaitingRoom
        from onapi.flows.links import LinkSeal
        from onapi.flows.look import settled_among
        from onapi.flows.message_news import tried_among
        from onapi.flows.press import Press
        from onapi.flows.sessions import ended_lately
        from onapi.store.ring import read_ring
        from onapi.store.token_keys import KeyRing

        platform = replace(self.platform(), press=Press(beside=True))  # pages are set by processes of their own
        life = timedelta(minutes=self.settings.access_minutes)
        surroundings = Surroundings(
            platform=platform,
            tokens=Tokens(KeyRing(self.settings.tokens), life),
            revocations=Revocations(partial(ended_lately, platform, life)),
            waiting=WaitingRoom(partial(settled_among, platform)),
            sending=WaitingRoom(partial(tried_among, platform)),
            password_pool=HashingRoom(),
            issuing=CapacityLimiter(_ISSUING_AT_ONCE),
            looking=CapacityLimiter(_LOOKING_AT_ONCE),
            refresh_days=self.settings.refresh_days,
            address=self.settings.address,
            links=LinkSeal(partial(read_ring, self.settings.ring)),
            watching=self._watching(platform),
            limits=Limits(self.settings.rate_per_token, self.settings.rate_per_company, self.settings.rate_per_address),
            trusted_proxies=read_networks(self.settings.trusted_proxies),
        )
        return create_app(surroundings)

    def _watching(self, platform: "Platform") -> "Watching":
        """How the API is watched: log of requests, figures, traces."""
        from onapi.api.metrics import Metrics
        from onapi.api.metrics_database import DatabaseFigures
        from onapi.api.request_log_writer import LogWriter, username_in
        from onapi.api.watching import Watching
        from onapi.store.request_log import open_request_log

        chosen = self.settings
        writer = LogWriter(
            open_request_log(chosen.database, chosen.home.resolve() / "requests"),
            environment=platform.environment.value,
            days=chosen.log_days,
            clock=platform.clock,
            new_id=platform.new_id,
            username_of=username_in(platform.database),
        )
        metrics = Metrics()
        metrics.watch_log(writer)
        metrics.watch_circuits(platform.sunat.health)
        metrics.registry.register(DatabaseFigures(platform))
        token = chosen.metrics_token.get_secret_value()
        return Watching(writer, metrics, chosen.home, chosen.ring, token, self._tracing("api"))

    def _tracing(self, process: str) -> "Tracing | None":
        """Traces, where an address is set; otherwise nothing of them is imported."""
        if not self.settings.otel_endpoint:
            return None
        from onapi import __version__
        from onapi.api.tracing import open_tracing

        return open_tracing(self.settings.otel_endpoint, process, __version__)

    def worker(self) -> "Worker":
        """The worker process: it sends what is due, and looks now and then for what fell out of the queue."""
        from onapi.engine import Worker
        from onapi.flows.name_work import named_in_log
        from onapi.flows.tidy import tidy
        from onapi.flows.work import do_work

        platform, do = self.platform(durable=False), do_work
        if tracing := self._tracing("worker"):
            platform = replace(platform, sunat=tracing.of_sunat(platform.sunat))
            do = tracing.around("work", lambda _platform, work: {"work": work.key, "ruc": work.ruc})(do_work)
        if port := self.settings.worker_metrics_port:
            from onapi.api.metrics import Metrics

            metrics = Metrics()
            metrics.watch_circuits(platform.sunat.health)
            metrics.serve(port)
        step, keep_order = named_in_log(partial(do, platform)), partial(tidy, platform)
        name, threads = self.settings.worker_name, self.settings.worker_threads
        return Worker(platform.database.engine, name, step, tidy=keep_order, threads=threads)

    def simulator(self, *, tls_port: int = 0, scenario: Path | None = None) -> "Starlette":
        """The simulated SUNAT, mailbox and phone; what is given here goes before the settings."""
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
            smtp_port=self.settings.mailbox_port or None,
            callback=self.settings.phone_callback,
        )

    def set_up_logs(self) -> None:
        """Structured lines on standard error."""
        set_up_logs(self.settings.log_level)


def set_up_logs(log_level: str) -> None:
    """Structured lines on standard error, of libraries too."""
    from onapi.flows.log_lines import write_lines

    write_lines(log_level)


def refuse_demo(platform: "Platform") -> None:
    """Misconfigured if the demo's published user or company is in the database."""
    from onapi.store import companies, credentials
    from onapi.store.acting import acting_for

    with acting_for(platform.environment, DEMO_RUC), platform.database.reading() as connection:
        user = credentials.find_by_name(connection, CLIENT_ID, DEMO_USERNAME)
        company = companies.find(connection, platform.scope(DEMO_RUC))
    if user is not None or company is not None:
        raise Misconfigured(
            f"Producción no arranca con los datos de la demostración ({DEMO_USERNAME}, RUC {DEMO_RUC}); "
            "use otra base de datos."
        )
