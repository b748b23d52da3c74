"""What the database knows, for Prometheus; asked at most every few seconds, however often it is scraped."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from onapi.flows.message_content import CHANNELS
from onapi.flows.platform import Platform
from onapi.lifecycle import State
from onapi.store import condition, gauges, message_report
from onapi.store.acting import acting_for_all

_FRESH_S: Final = 5.0
_DAY_S: Final = 86_400


class DatabaseFigures(Collector):
    """Documents, queue, certificates and workers."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._lock = Lock()
        self._found: Sequence[Metric] = ()
        self._looked = float("-inf")
        self._after: int | None = None
        self._happened: dict[tuple[str, str], int] = {}
        self._moved_after: int | None = None
        self._moved: dict[tuple[str, str], int] = {}

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked at before it is asked for."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Every figure; where the database does not answer, that alone."""
        with self._lock:
            if time.monotonic() - self._looked >= _FRESH_S:
                self._found = self._look()
                self._looked = time.monotonic()
            return self._found

    @acting_for_all("figures of the platform, for whoever runs it")
    def _look(self) -> Sequence[Metric]:
        name, words = "onapi_database_up", "1 si la base de datos responde"
        try:
            with self._platform.database.reading() as connection:
                found = [*self._work(connection), *self._messages(connection), *self._people(connection)]
        except SQLAlchemyError:
            return (GaugeMetricFamily(name, words, value=0),)
        return (GaugeMetricFamily(name, words, value=1), *found)

    def _work(self, connection: Connection) -> Iterable[Metric]:
        environment, now = self._platform.environment, self._platform.clock()
        under_way = gauges.under_way(connection, environment)
        documents = GaugeMetricFamily(
            "onapi_documents_under_way", "Comprobantes sin llegar a su fin, por estado", labels=("state",)
        )
        for state in State:
            if state not in {State.SETTLED, State.VOIDED}:
                documents.add_metric([state.value], under_way.get(state.value, 0))
        due = gauges.due(connection, environment, now)
        yield documents
        yield GaugeMetricFamily(
            "onapi_documents_unknown", "Enviados sin saber si SUNAT los tiene", value=under_way.get(State.UNKNOWN, 0)
        )
        yield GaugeMetricFamily("onapi_queue_depth", "Pasos cuya hora llego y que nadie tomo", value=due.many)
        yield GaugeMetricFamily(
            "onapi_queue_oldest_seconds", "Cuanto lleva esperando el mas viejo", value=_seconds(due.since, now)
        )
        yield self._obstacles(connection)
        yield self._events(connection)

    def _obstacles(self, connection: Connection) -> Metric:
        found = GaugeMetricFamily(
            "onapi_documents_held_up", "Esperan a un servidor de SUNAT (host) o a credenciales", labels=("obstacle",)
        )
        waiting = {each.obstacle: each.many for each in condition.waiting(connection, self._platform.environment)}
        for obstacle in ("host", "company"):
            found.add_metric([obstacle], waiting.get(obstacle, 0))
        return found

    def _events(self, connection: Connection) -> Metric:
        """Counted since this process began to look: before that nobody has seen them go by."""
        if self._after is None:
            self._after = gauges.last_event(connection)
        self._after, news = gauges.happened(connection, self._platform.environment, self._after)
        for each in news:
            key = (each.event, each.state)
            self._happened[key] = self._happened.get(key, 0) + each.many
        found = CounterMetricFamily(
            "onapi_document_events", "Pasos de los comprobantes, por suceso y estado", labels=("event", "state")
        )
        for key, many in sorted(self._happened.items()):
            found.add_metric(list(key), many)
        return found

    def _messages(self, connection: Connection) -> Iterable[Metric]:
        """Those to persons: how many are on their way, and what became of others since this process looks."""
        environment = self._platform.environment
        waiting = GaugeMetricFamily("onapi_messages_waiting", "Mensajes a personas en camino", labels=("channel",))
        many = message_report.waiting(connection, environment)
        for channel in CHANNELS:
            waiting.add_metric([channel], many.get(channel, 0))
        yield waiting
        if self._moved_after is None:
            self._moved_after = message_report.last_move(connection)
        self._moved_after, news = message_report.happened(connection, environment, self._moved_after)
        for key, times in news.items():
            self._moved[key] = self._moved.get(key, 0) + times
        moved = CounterMetricFamily(
            "onapi_messages", "Pasos de los mensajes a personas, por canal y estado", labels=("channel", "status")
        )
        for key, times in sorted(self._moved.items()):
            moved.add_metric(list(key), times)
        yield moved

    def _people(self, connection: Connection) -> Iterable[Metric]:
        now = self._platform.clock()
        days = GaugeMetricFamily(
            "onapi_certificate_days_left", "Dias hasta que vence el certificado de una empresa", labels=("ruc",)
        )
        for ruc, until in sorted(gauges.certificates(connection, self._platform.environment).items()):
            days.add_metric([ruc], (until - now).total_seconds() / _DAY_S)
        yield days
        alive = len(condition.workers_alive(connection, now))
        yield GaugeMetricFamily("onapi_workers_alive", "Procesos worker en marcha", value=alive)


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
