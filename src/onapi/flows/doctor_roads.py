"""The documents that need a person or are late: counted, and the first of them by name."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from onapi.flows.check_record import load
from onapi.flows.examination import Point, attention, broken, well
from onapi.flows.platform import Platform, work_of
from onapi.flows.sweep import WORKING
from onapi.lifecycle import State
from onapi.store import condition, documents, submissions
from onapi.store.receipts import Kept
from onapi.store.submissions import Submission
from onapi.values.moment import in_lima

_MOST, _SHOWN = 1000, 10
_LATE_WORK = timedelta(minutes=5)
_TOO_LONG = timedelta(hours=24)
_NEAR = timedelta(hours=24)
_STUCK_TICKET = timedelta(hours=1)
_LATE_SUMMARY = timedelta(minutes=15)
_PERSON = (
    "Saque el expediente con `onapi evidence NOMBRE --out expediente.zip`, búsquelo en SUNAT Operaciones en Línea y "
    "adopte su constancia con `onapi settle NOMBRE --cdr ARCHIVO`. Su número sigue reservado: no lo emita otra vez."
)


def examine_roads(platform: Platform) -> Iterator[Point]:
    """Counts by state, work, the human queue, deadlines, resúmenes, tickets."""
    yield _counts(platform)
    yield from _work(platform)
    yield _stranded(platform)
    yield _unknown(platform)
    yield _held(platform)
    yield from _deadlines(platform)
    yield _summaries(platform)
    yield _tickets(platform)


def _counts(platform: Platform) -> Point:
    with platform.database.reading() as connection:
        found = submissions.counts_by_state(connection, platform.environment)
    said = ", ".join(f"{state} {many}" for state, many in sorted(found.items()))
    return well("states", f"En camino: {said}." if said else "No hay comprobantes en camino.")


def _work(platform: Platform) -> Iterator[Point]:
    """What is overdue; of that, what has no work waiting for it."""
    with platform.database.reading() as connection:
        before = platform.clock() - _LATE_WORK
        late = submissions.stuck(connection, platform.environment, before, most=_MOST)
    if not late:
        yield well("overdue", "Ningún paso atrasado.")
        return
    platform.queue.open()
    loaded = _loaded(platform, late)
    yield attention("overdue", f"{_many(late)} pasos atrasados.", "Compruebe que el worker dé abasto.", *_names(loaded))
    lost = [kept for kept in loaded if _is_lost(platform, kept)]
    if lost:
        said = f"{len(lost)} de los atrasados revisados no tienen trabajo en la cola."
        yield attention("lost", said, "El worker los repone solo en medio minuto; si siguen, avise.", *_names(lost))


def _is_lost(platform: Platform, kept: Kept) -> bool:
    has_work = State(kept.submission.state) in WORKING
    return has_work and not platform.queue.holds(work_of(kept.document, kept.submission))


def _stranded(platform: Platform) -> Point:
    with platform.database.reading() as connection:
        found = submissions.without_next_action(connection, platform.environment, most=_MOST)
    if not found:
        return well("stranded", "Todo comprobante sin veredicto tiene su siguiente paso.")
    said = f"{_many(found)} comprobante(s) sin veredicto que nadie va a mirar."
    return broken(
        "stranded", said, "Ejecute `onapi reconcile`: los pone a trabajar.", *_names(_loaded(platform, found))
    )


def _unknown(platform: Platform) -> Point:
    """The human queue: a day without proof."""
    old = []
    for kept in _in_state(platform, State.UNKNOWN):
        since = kept.submission.sent_at or kept.document.created_at
        if platform.clock() - since > _TOO_LONG:
            old.append(kept)
    if not old:
        return well("unknown", "Ninguno lleva más de 24 h sin prueba.")
    return attention("unknown", f"{len(old)} comprobante(s) llevan más de 24 h sin prueba.", _PERSON, *_names(old))


def _held(platform: Platform) -> Point:
    found = _in_state(platform, State.HELD)
    if not found:
        return well("held", "Ninguno retenido.")
    lines = [f"{k.document.receipt.file_name} (código {k.submission.code or 'ninguno'})" for k in found[:_SHOWN]]
    action = "SUNAT no los registró: corrija lo señalado y envíelos otra vez con el mismo número."
    return attention("held", f"{len(found)} comprobante(s) retenidos.", action, *lines, *_rest(found))


def _deadlines(platform: Platform) -> Iterator[Point]:
    now = platform.clock()
    with platform.database.reading() as connection:
        near = submissions.due_soon(connection, platform.environment, now + _NEAR, most=_MOST)
    loaded = _loaded(platform, near, most=_MOST)
    late = [kept for kept in loaded if kept.submission.deadline and kept.submission.deadline < now]
    soon = [kept for kept in loaded if kept.submission.deadline and kept.submission.deadline >= now]
    if late:
        said = f"{len(late)} comprobante(s) fuera de plazo y sin veredicto."
        yield attention("late", said, "Si SUNAT ya no los admite, emita otros con fecha de hoy.", *_dated(late))
    else:
        yield well("late", "Ninguno fuera de plazo.")
    if soon:
        said = f"A {len(soon)} comprobante(s) se les vence el plazo en 24 h."
        yield attention("near", said, "Mire arriba qué los detiene: credenciales, SUNAT o datos.", *_dated(soon))
    else:
        yield well("near", "A ninguno se le vence el plazo en 24 h.")


def _summaries(platform: Platform) -> Point:
    with platform.database.reading() as connection:
        days = documents.days_waiting(connection, platform.environment, platform.clock() - _LATE_SUMMARY)
    if not days:
        return well("summaries", "Ningún resumen diario atrasado.")
    lines = [f"{d.scope.ruc}: {d.many} boleta(s) del {d.issue_date:%d/%m/%Y} en {d.currency}" for d in days[:_SHOWN]]
    action = "Revise el certificado de la empresa y el registro del worker: dice por qué no se pudo."
    return attention("summaries", f"{len(days)} resumen(es) diario(s) no se pudieron hacer.", action, *lines)


def _tickets(platform: Platform) -> Point:
    before = platform.clock() - _STUCK_TICKET
    found = _in_state(platform, State.TICKETED)
    old = [kept for kept in found if kept.submission.ticketed_at and kept.submission.ticketed_at < before]
    if not old:
        return well("tickets", "Ningún ticket detenido.")
    lines = [f"{k.document.receipt.file_name} (ticket {k.submission.ticket})" for k in old[:_SHOWN]]
    action = "Se sigue preguntando; si pasa de cuatro horas, se pregunta por sus comprobantes uno por uno."
    return attention("tickets", f"{len(old)} ticket(s) llevan más de una hora en proceso.", action, *lines, *_rest(old))


def _in_state(platform: Platform, state: State) -> list[Kept]:
    with platform.database.reading() as connection:
        found = condition.in_states(connection, platform.environment, [state.value], most=_MOST)
    loaded = (load(platform, scope, document_id) for document_id, scope in found)
    return [kept for kept in loaded if kept is not None and kept.submission.state == state]


def _loaded(platform: Platform, found: Sequence[Submission], most: int = 200) -> list[Kept]:
    loaded = (load(platform, each.scope, each.document_id) for each in found[:most])
    return [kept for kept in loaded if kept is not None]


def _names(found: Sequence[Kept]) -> list[str]:
    return [kept.document.receipt.file_name for kept in found[:_SHOWN]] + _rest(found)


def _dated(found: Sequence[Kept]) -> list[str]:
    def when(kept: Kept) -> str:
        deadline = kept.submission.deadline
        return f"{in_lima(deadline):%d/%m/%Y %H:%M}" if deadline else ""

    lines = [f"{kept.document.receipt.file_name} ({kept.submission.state}, {when(kept)})" for kept in found[:_SHOWN]]
    return lines + _rest(found)


def _rest(found: Sequence[Kept]) -> list[str]:
    return [f"y {len(found) - _SHOWN} más"] if len(found) > _SHOWN else []


def _many(found: Sequence[object]) -> str:
    return f"{len(found)} o más" if len(found) == _MOST else str(len(found))
