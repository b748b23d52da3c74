"""OpenTelemetry traces, for those who set an address to send them to; without one nothing of it is even imported.

Spans: each request, the issuing inside it, each step of a worker, and each call to SUNAT with its operation. They carry
names of documents and companies, never bodies.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeAlias, cast

from onapi.errors import Misconfigured
from onapi.gateways.sunat import Sunat

Whatever: TypeAlias = Any  # types of the SDK, which is no dependency of ours, and of the functions wrapped
_TRACES = "/v1/traces"
_CALLS = ("send_", "ask_")


class Tracing:
    """Makes spans with a provider of OpenTelemetry's SDK."""

    def __init__(self, provider: Whatever) -> None:
        from opentelemetry import propagate, trace  # noqa: PLC0415  only where traces are wanted

        self._provider, self._trace, self._propagate = provider, trace, propagate
        self._tracer = provider.get_tracer("onapi")

    @contextmanager
    def span(
        self,
        name: str,
        *,
        of: Whatever = None,
        kind: str = "INTERNAL",
        about: Mapping[str, object] | None = None,
    ) -> Iterator[Whatever]:
        """A span around a block; an error that leaves the block is noted by its class alone."""
        attributes = {f"onapi.{key}": str(value) for key, value in (about or {}).items()}
        options = {"context": of, "kind": self._trace.SpanKind[kind], "attributes": attributes}
        with self._tracer.start_as_current_span(
            name, **options, record_exception=False, set_status_on_exception=False
        ) as span:
            done = False
            try:
                yield span
                done = True
            finally:
                if not done:
                    name = getattr(sys.exc_info()[0], "__name__", "")
                    span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, name))

    def around(
        self, name: str, told: Callable[..., dict[str, object]]
    ) -> Callable[[Callable[..., Whatever]], Whatever]:
        """A decorator: the function's calls are spans with what `told` says of their arguments."""

        def decorate(function: Callable[..., Whatever]) -> Callable[..., Whatever]:
            @wraps(function)
            def traced(*arguments: Whatever, **named: Whatever) -> Whatever:
                with self.span(name, about=told(*arguments, **named)):
                    return function(*arguments, **named)

            return traced

        return decorate

    def of_sunat(self, sunat: Sunat) -> Sunat:
        """The same gateway, each of whose calls is a span."""
        return cast("Sunat", _TracedSunat(sunat, self))

    def carried(self, headers: list[tuple[bytes, bytes]]) -> Whatever:
        """The trace that a caller's `traceparent` names."""
        told = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers if name.startswith(b"trace")}
        return self._propagate.extract(told) if told else None

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


class _TracedSunat:
    """Delegates everything; a call that goes out to SUNAT is a span."""

    def __init__(self, sunat: Sunat, tracing: Tracing) -> None:
        self._sunat, self._tracing = sunat, tracing

    def __getattr__(self, name: str) -> Whatever:
        found = getattr(self._sunat, name)
        if not name.startswith(_CALLS):
            return found

        @wraps(found)
        def traced(*arguments: Whatever, **named: Whatever) -> Whatever:
            with self._tracing.span(f"SUNAT {name}", kind="CLIENT") as span:
                talk = found(*arguments, **named)
                for key, value in (("operation", talk.operation), ("address", talk.address), ("trouble", talk.trouble)):
                    span.set_attribute(f"onapi.sunat.{key}", value)
                if talk.status is not None:
                    span.set_attribute("http.response.status_code", talk.status)
                return talk

        return traced


class TracingMiddleware:
    """A span for each request, by its route."""

    def __init__(self, app: Callable[..., Whatever], tracing: Tracing) -> None:
        self._app, self._tracing = app, tracing

    async def __call__(self, scope: MutableMapping[str, Whatever], receive: Whatever, send: Whatever) -> None:
        """Pass it on inside its span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        of, request_id = self._tracing.carried(scope["headers"]), scope.get("onapi.request_id")
        with self._tracing.span(scope["method"], of=of, kind="SERVER", about={"request_id": request_id}) as span:

            async def told(message: MutableMapping[str, Whatever]) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, told)
            finally:
                route = getattr(scope.get("route"), "path", "")
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", route)
                span.update_name(f"{scope['method']} {route}".strip())


def open_tracing(endpoint: str, process: str, version: str) -> Tracing:
    """Traces sent to an OTLP collector by HTTP; Misconfigured without the extra `onapi[otel]`."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  only where traces are wanted
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  only where traces are wanted
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  only where traces are wanted
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  only where traces are wanted
    except ImportError as error:
        raise Misconfigured("ONAPI_OTEL_ENDPOINT pide el extra de trazas: pip install 'onapi[otel]'.") from error
    address = endpoint if endpoint.endswith(_TRACES) else endpoint.rstrip("/") + _TRACES
    about = Resource.create({"service.name": f"onapi-{process}", "service.version": version})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    return Tracing(provider)
