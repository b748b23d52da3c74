"""Tell of what happened, in the transaction that makes it so: who subscribed will hear of it, whatever dies meanwhile.

`announce(platform, connection, scope, kind, data, about=…)` writes the message, a delivery for each endpoint of the
company that wants it, and their work, with the caller's open connection: all of it commits with what it tells of, or
none. Call `platform.queue.open()` before that transaction begins.

A company without endpoints costs a look into memory. What is remembered of its endpoints is a second old at most, so
whoever adds or enables one waits that second out before saying that it is so (`SETTLE_S`).
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from onapi.engine import Kind, Work
from onapi.flows.platform import Platform
from onapi.intake.text import write_json
from onapi.store import Database, deliveries, webhooks
from onapi.store.deliveries import PENDING, Delivery, Message
from onapi.store.webhooks import Subscriber
from onapi.values.moment import stamp
from onapi.values.scope import Scope

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "document.accepted": "SUNAT lo aceptó",
        "document.observed": "SUNAT lo aceptó con observaciones",
        "document.rejected": "SUNAT lo rechazó; su número está consumido",
        "document.failed": "SUNAT no lo registró; su número sigue libre",
        "document.unknown": "Se envió y no hubo respuesta legible; se le preguntará a SUNAT",
        "document.in_summary": "Está en un resumen diario que va camino a SUNAT",
        "document.void_pending": "Su anulación está en camino",
        "document.voided": "SUNAT aceptó su anulación",
        "document.void_rejected": "Su anulación no prosperó; el comprobante sigue valiendo",
        "ticket.resolved": "SUNAT contestó sobre un ticket",
        "message.updated": "Cambió el estado de un mensaje enviado",
        "ai.job.finished": "Terminó un trabajo de extracción",
        "certificate.expiring": "El certificado de la empresa está por vencer",
        "webhook.disabled": "Un endpoint dejó de recibir avisos",
        "webhook.test": "Prueba de un endpoint",
    }
)
REMEMBERED_S = 1.0
SETTLE_S = REMEMBERED_S + 0.1
_MOST_AT_ONCE = 20  # pieces of work put one by one; of more news, one piece of work puts the others
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell."""

    kind: str
    data: Mapping[str, object]
    about: str = ""  # what it is about: of one thing, news are told in their order
    sequence: int | None = None  # grows with each of the same thing; None: the time


@dataclass(slots=True)
class _Memory:
    """Who subscribed, as it was a moment ago."""

    known: dict[Scope, tuple[float, tuple[Subscriber, ...]]] = field(default_factory=dict)


_memories: WeakKeyDictionary[Database, _Memory] = WeakKeyDictionary()


def announce(
    platform: Platform,
    connection: Connection,
    scope: Scope,
    kind: str,
    data: Mapping[str, object],
    *,
    about: str = "",
    sequence: int | None = None,
) -> None:
    """Have one thing told to whoever subscribed to its kind, once the transaction of this connection commits."""
    announce_all(platform, connection, scope, [News(kind, data, about, sequence)])


def announce_all(platform: Platform, connection: Connection, scope: Scope, news: Iterable[News]) -> None:
    """Have several things told, in this order."""
    told = subscribers(platform, connection, scope)
    if not told:
        return
    messages, rows = list[Message](), list[Delivery]()
    for each in news:
        wanting = [subscriber for subscriber in told if subscriber.wants(each.kind)]
        if wanting:
            message = written(platform, scope, each)
            messages.append(message)
            rows += [delivery_of(platform, scope, message, subscriber.id) for subscriber in wanting]
    if rows:
        deliveries.add_messages(connection, scope, messages)
        deliveries.add(connection, scope, rows)
        put(platform, connection, scope, rows)


def subscribers(platform: Platform, connection: Connection, scope: Scope) -> Sequence[Subscriber]:
    """Who is told anything of a company; asked of the database once a second at most."""
    memory = _memories.setdefault(platform.database, _Memory())
    now = time.monotonic()
    found = memory.known.get(scope)
    if found is not None and now - found[0] < REMEMBERED_S:
        return found[1]
    told = webhooks.subscribers(connection, scope)
    if len(memory.known) >= _MOST_REMEMBERED:
        memory.known.clear()
    memory.known[scope] = (now, told)
    return told


def forget(platform: Platform, scope: Scope) -> None:
    """Let this process know of a change at once; others know within `SETTLE_S`."""
    _memories.setdefault(platform.database, _Memory()).known.pop(scope, None)


def written(platform: Platform, scope: Scope, news: News) -> Message:
    """News as the very text that will be signed."""
    now = platform.clock()
    sequence = int(now.timestamp() * 1000) if news.sequence is None else news.sequence
    body = {
        "type": news.kind,
        "timestamp": stamp(now),
        "environment": scope.environment.value,
        "ruc": scope.ruc,
        "sequence": sequence,
        "data": news.data,
    }
    return Message(platform.new_id(), news.kind, news.about, sequence, write_json(body), now)


def delivery_of(platform: Platform, scope: Scope, message: Message, endpoint_id: str) -> Delivery:
    """A message on its way to an endpoint, due at once."""
    now = platform.clock()
    return Delivery(platform.new_id(), scope, message.id, endpoint_id, message.about, PENDING, now, now)


def put(platform: Platform, connection: Connection, scope: Scope, rows: Sequence[Delivery]) -> None:
    """Have new deliveries made. Of many, one piece of work puts the others: the road's transaction stays short."""
    if len(rows) > _MOST_AT_ONCE:
        environment, ruc = scope.environment, scope.ruc
        fan = Work(f"hooks:{environment}:{ruc}:{rows[0].id}", environment, ruc, "", 0, Kind.DELIVERY)
        platform.queue.put(connection, fan)
        return
    for row in rows:
        platform.queue.put(connection, work_of(row))


def work_of(delivery: Delivery) -> Work:
    """The next piece of durable work of a delivery."""
    environment, ruc = delivery.scope.environment, delivery.scope.ruc
    return Work(f"hook:{environment}:{ruc}:{delivery.id}", environment, ruc, delivery.id, delivery.step, Kind.DELIVERY)
