"""Where a batch and what it carries do not say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, not_, or_, select

from onapi.store.tables import members, submissions
from onapi.values.scope import Environment, Scope

_REPORT, _VOID = "1", "3"  # catalogue 19
_STANDS = ("ACCEPTED", "OBSERVED")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A member and its batch; no batch where the member should stand in one and does not."""

    scope: Scope
    document_id: str
    state: str
    batch_id: str | None = None
    batch_state: str = ""
    batch_outcome: str = ""
    status_code: str = ""


_batch = submissions.alias("batch")
_its = submissions.alias("its")


def disagreements(
    connection: Connection, environment: Environment, ruc: str | None, passing: Sequence[str]
) -> Sequence[Disagreement]:
    """Every member that does not follow its batch; `passing` are codes with which a held batch keeps its members."""
    columns = (members, _batch.c.state.label("batch_state"), _batch.c.outcome, _its.c.state)
    query = select(*columns).join(_batch, _batch.c.document_id == members.c.batch_document_id)
    query = query.join(_its, _its.c.document_id == members.c.document_id)
    wrong = or_(_against_accepted(), _against_refused(passing), _against_pending(passing))
    query = query.where(members.c.environment == environment.value, *_of(members.c, ruc), wrong)
    found = [
        Disagreement(
            Scope(environment, row.ruc),
            row.document_id,
            row.state,
            row.batch_document_id,
            row.batch_state,
            row.outcome or "",
            row.status_code,
        )
        for row in connection.execute(query.order_by(members.c.batch_document_id, members.c.line))
    ]
    known = {each.document_id for each in found}
    return [*found, *(each for each in _orphans(connection, environment, ruc) if each.document_id not in known)]


def _against_accepted() -> ColumnElement[bool]:
    """SUNAT accepted the batch: what it reports stands, what it voids is void."""
    accepted = and_(_batch.c.state == "SETTLED", _batch.c.outcome.in_(_STANDS))
    stands = or_(and_(_its.c.state == "SETTLED", _its.c.outcome.in_(_STANDS)), _its.c.state.in_(("VOIDING", "VOIDED")))
    told = and_(members.c.status_code != _VOID, not_(stands))
    voided = and_(members.c.status_code == _VOID, _its.c.state != "VOIDED")
    return and_(accepted, or_(told, voided, members.c.closed_at.is_(None)))


def _against_refused(passing: Sequence[str]) -> ColumnElement[bool]:
    """SUNAT took nothing of the batch: nothing stays in it, and nothing takes its CDR for a proof."""
    proof = and_(_its.c.outcome.in_(_STANDS), _its.c.cdr == _batch.c.cdr)
    return and_(_is_refused(passing), or_(members.c.closed_at.is_(None), proof))


def _against_pending(passing: Sequence[str]) -> ColumnElement[bool]:
    """SUNAT has not spoken about the batch: what it carries waits in it."""
    settled = and_(_batch.c.state == "SETTLED", _batch.c.outcome.in_(_STANDS))
    wanted = or_(
        and_(members.c.status_code == _REPORT, _its.c.state == "GATHERED"),
        and_(members.c.status_code == _VOID, _its.c.state == "VOIDING"),
        members.c.status_code.not_in((_REPORT, _VOID)),
    )
    waits = and_(members.c.closed_at.is_(None), wanted)
    return and_(not_(settled), not_(_is_refused(passing)), not_(waits))


def _is_refused(passing: Sequence[str]) -> ColumnElement[bool]:
    held = and_(_batch.c.state == "HELD", or_(_batch.c.code.is_(None), _batch.c.code.not_in(passing)))
    rejected = and_(_batch.c.state == "SETTLED", or_(_batch.c.outcome.is_(None), _batch.c.outcome.not_in(_STANDS)))
    return or_(held, rejected)


def _orphans(connection: Connection, environment: Environment, ruc: str | None) -> Sequence[Disagreement]:
    """Receipts that wait for a batch in which they do not stand; void ones that no accepted batch voids."""
    here = members.c.document_id == submissions.c.document_id
    in_one = exists().where(here, members.c.closed_at.is_(None))
    voiding = select(members.c.document_id).join(_batch, _batch.c.document_id == members.c.batch_document_id)
    voided = voiding.where(here, members.c.status_code == _VOID, _batch.c.outcome.in_(_STANDS)).correlate(submissions)
    lost = or_(
        and_(submissions.c.state.in_(("GATHERED", "VOIDING")), not_(in_one)),
        and_(submissions.c.state == "VOIDED", not_(voided.exists())),
    )
    query = select(submissions).where(submissions.c.environment == environment.value, *_of(submissions.c, ruc), lost)
    return [Disagreement(Scope(environment, x.ruc), x.document_id, x.state) for x in connection.execute(query)]


def _of(columns: Any, ruc: str | None) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401  the columns of a table
    return (columns.ruc == ruc,) if ruc else ()
