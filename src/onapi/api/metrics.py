"""What a process counts of itself, for Prometheus: requests, the log, processor and memory; and circuits to SUNAT.

Each process tells its own: the API on `/metrics`, a worker on the port of its setting. What the database knows is told
by the API alone (`metrics_database`); with several API processes all tell the same, so take the greatest, not the sum.
"""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, start_http_server
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from onapi.api.request_log import Call
from onapi.api.request_log_writer import LogWriter

_BUCKETS_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.25, 2.5, 5, 10, 20, 60)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_CIRCUITS = {"closed": 0, "half-open": 1, "open": 2}


class Metrics:
    """One process's figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "onapi_http_requests",
            "Peticiones contestadas",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "onapi_http_request_duration_seconds",
            "Cuanto tarda una respuesta",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self._whatsapp = Counter(
            "onapi_whatsapp_news",
            "Avisos de WhatsApp: aplicados, de mensajes desconocidos, y los que no son de mensajes",
            ("outcome",),
            registry=self.registry,
        )
        self._counts: dict[tuple[str, str | None, int], Counter] = {}
        self._times: dict[str | None, Histogram] = {}

    def heard(self, call: Call) -> None:
        """Count a request; a label is looked up once."""
        route = call.route
        method = call.scope["method"]
        key = (method if method in _METHODS else "other", route, call.status)
        counter = self._counts.get(key)
        if counter is None:
            counter = self._counts[key] = self._requests.labels(key[0], route or "none", str(call.status))
        counter.inc()
        seconds = self._times.get(route)
        if seconds is None:
            seconds = self._times[route] = self._seconds.labels(route or "none")
        seconds.observe(call.seconds)

    def heard_of_whatsapp(self, **outcomes: int) -> None:
        """Count what a call of Meta's came to."""
        for outcome, many in outcomes.items():
            self._whatsapp.labels(outcome).inc(many)

    def page(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)

    def serve(self, port: int) -> None:
        """Tell them at a port of this machine, from a thread."""
        start_http_server(port, "127.0.0.1", self.registry)

    def watch_log(self, writer: LogWriter) -> None:
        """Tell of the log of requests."""
        self.registry.register(_LogFigures(writer))

    def watch_circuits(self, health: Callable[[], Mapping[str, str]]) -> None:
        """Tell how the circuit to each host of SUNAT stands."""
        self.registry.register(_Circuits(health))


class _LogFigures(Collector):
    def __init__(self, writer: LogWriter) -> None:
        self._writer = writer

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked at before it is asked for."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Written, waiting, dropped."""
        writer = self._writer
        yield CounterMetricFamily("onapi_request_log_rows", "Peticiones escritas en el registro", value=writer.lines)
        yield CounterMetricFamily(
            "onapi_request_log_dropped", "Peticiones que no cupieron en el registro", value=writer.dropped
        )
        yield GaugeMetricFamily("onapi_request_log_waiting", "Peticiones por escribir", value=writer.waiting)


class _Circuits(Collector):
    def __init__(self, health: Callable[[], Mapping[str, str]]) -> None:
        self._health = health

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked at before it is asked for."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """0 closed, 1 half open, 2 open."""
        found = GaugeMetricFamily(
            "onapi_sunat_circuit", "Circuito hacia cada servidor: 0 cerrado, 1 a prueba, 2 abierto", labels=("host",)
        )
        for host, state in self._health().items():
            found.add_metric([host], _CIRCUITS.get(str(state).lower(), 2))
        yield found
