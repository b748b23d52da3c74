"""Every function of the store that runs statements on rows of companies, called as one company for what another has.

One that runs several ways stands here several times, with a word behind its name.

`at` is the company that is named, `of` the one whose ids are given. A function that is missing here fails a test.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection
from wall_rows import EARLIER, HERE, LATER, NOW, TODAY, Company, line
from wall_watch import Call

from onapi.store import (
    acts,
    batch_report,
    certificates,
    channels,
    checks,
    companies,
    condition,
    data_keys,
    deliveries,
    documents,
    gauges,
    in_line,
    links,
    lists,
    members,
    message_report,
    messages,
    notices,
    numbers,
    page_templates,
    pauses,
    receipts,
    record_lines,
    references,
    refreshes,
    request_keys,
    sealed,
    series_report,
    submissions,
    talk_report,
    webhooks,
)
from onapi.store.checks import END, Check
from onapi.store.checks import Wanted as Checked
from onapi.store.deliveries import Attempt, Told
from onapi.store.lists import Order, Wanted
from onapi.store.members import Member
from onapi.store.messages import Move
from onapi.store.messages import Wanted as Letters
from onapi.store.page_templates import Fault
from onapi.store.pauses import Pause
from onapi.store.sealed import Sealed
from onapi.store.series_report import NumberNote
from onapi.store.submissions import Submission

FAR: Final = NOW + timedelta(days=900)


def road(of: Company, name: str = "waiting", state: str = "WAITING") -> Submission:
    """A submission as its owner knows it."""
    return Submission(of.id(f"s-{name}"), of.id(name), of.scope, "bill", state)


def pause(at: Company, of: Company) -> Pause:
    """A pause as its owner knows it."""
    return Pause(at.scope, "sol", of.id("code"), EARLIER, EARLIER)


def wanted(at: Company) -> Checked:
    """All that one company has."""
    return Checked(HERE, at.scope.ruc)


def secret(at: Company, of: Company) -> Sealed:
    """A value that a master key sealed."""
    return Sealed(
        "companies.sol_password", (HERE.value, at.scope.ruc), at.scope, "sol_password", of.id("secret").encode()
    )


# of one company: each is called for what is of another
OF_ONE: Final[dict[str, Call]] = {
    "acts.add": lambda c, at, of: acts.add(c, HERE, replace(at.act, about="changed")),
    "acts.last": lambda c, at, of: acts.last(c, HERE, at.scope.ruc, most=9),
    "batch_report.disagreements": lambda c, at, of: batch_report.disagreements(c, HERE, at.scope.ruc, ()),
    "certificates.put": lambda c, at, of: certificates.put(c, at.scope, at.certificate("new")),
    "certificates.all_of": lambda c, at, of: certificates.all_of(c, at.scope),
    "certificates.destroy_keys": lambda c, at, of: certificates.destroy_keys(c, at.scope, LATER, NOW),
    "certificates.note_expiry": lambda c, at, of: certificates.note_expiry(c, at.scope, "f", 1, NOW, told=True),
    "certificates.is_noted": lambda c, at, of: certificates.is_noted(c, at.scope, of.id("certificate"), 7),
    "checks.keep": lambda c, at, of: checks.keep(c, Check(of.id("waiting"), at.scope, NOW, "changed")),
    "checks.of_documents": lambda c, at, of: checks.of_documents(c, at.scope, [of.id("waiting")]),
    "checks.page": lambda c, at, of: checks.page(c, wanted(at), END, started_at=NOW, again_at=NOW, most=99),
    "checks.urgent": lambda c, at, of: checks.urgent(c, wanted(at), NOW, most=99),
    "checks.open_ones": lambda c, at, of: checks.open_ones(c, wanted(at), "", most=99),
    "companies.find": lambda c, at, of: companies.find(c, at.scope),
    "companies.keep": lambda c, at, of: companies.keep(c, at.scope, replace(at.party, name="changed"), LATER),
    "companies.keep_certificate": lambda c, at, of: companies.keep_certificate(c, at.scope, b"changed", LATER, LATER),
    "companies.keep_sol": lambda c, at, of: companies.keep_sol(c, at.scope, "changed", b"x", LATER),
    "companies.keep_gre": lambda c, at, of: companies.keep_gre(c, at.scope, "changed", b"x", LATER),
    "companies.keep_validity": lambda c, at, of: companies.keep_validity(c, at.scope, "changed", b"x", LATER),
    "companies.keep_logo": lambda c, at, of: companies.keep_logo(c, at.scope, "changed", "PNG", LATER),
    "channels.find": lambda c, at, of: channels.find(c, at.scope, of.id("channel")[:16]),
    "channels.keep": lambda c, at, of: channels.keep(c, at.scope, of.id("channel")[:16], at.channel("changed")),
    "channels.remove": lambda c, at, of: channels.remove(c, at.scope, of.id("channel")[:16]),
    "companies.touch": lambda c, at, of: companies.touch(c, at.scope, LATER),
    "companies.keep_sender": lambda c, at, of: companies.keep_sender(c, at.scope, {"x": "changed"}, LATER),
    "companies.page": lambda c, at, of: companies.page(c, HERE, [at.scope.ruc], after="", most=9),
    "data_keys.find": lambda c, at, of: data_keys.find(c, at.scope),
    "data_keys.add": lambda c, at, of: data_keys.add(c, at.data_key),
    "data_keys.reseal": lambda c, at, of: data_keys.reseal(
        c, replace(of.data_key, scope=at.scope), replace(of.data_key, scope=at.scope, sealed=b"changed")
    ),
    "deliveries.add_messages": lambda c, at, of: deliveries.add_messages(c, at.scope, [at.message("new")]),
    "deliveries.add": lambda c, at, of: deliveries.add(c, at.scope, [at.delivery("new")]),
    "deliveries.find": lambda c, at, of: deliveries.find(c, at.scope, of.id("delivery")),
    "deliveries.message": lambda c, at, of: deliveries.message(c, at.scope, of.id("message")),
    "deliveries.move": lambda c, at, of: deliveries.move(c, at.scope, of.delivery(), {"state": "FAILED"}),
    "deliveries.note": lambda c, at, of: deliveries.note(c, at.scope, of.id("delivery"), Attempt(2, NOW, 1, 1, "", "")),
    "deliveries.earlier": lambda c, at, of: deliveries.earlier(c, at.scope, of.delivery("due-0"), 9),
    "deliveries.of_endpoint": lambda c, at, of: deliveries.of_endpoint(c, at.scope, of.id("hook")),
    "deliveries.attempts_of": lambda c, at, of: deliveries.attempts_of(c, at.scope, [of.id("delivery")]),
    "deliveries.due_of": lambda c, at, of: deliveries.due_of(c, at.scope, after="", most=99),
    "deliveries.forget": lambda c, at, of: deliveries.forget(
        c, at.scope, [Told(at.scope, of.id("done"), of.id("told")), Told(at.scope, of.id("delivery"), of.id("told"))]
    ),
    "documents.add": lambda c, at, of: documents.add(c, at.scope, at.document("new", 99)),
    "documents.find_many": lambda c, at, of: documents.find_many(c, at.scope, [of.receipt(1)]),
    "documents.find_by_key": lambda c, at, of: documents.find_by_key(c, at.scope, of.id("key-0")),
    "documents.get": lambda c, at, of: documents.get(c, at.scope, of.id("waiting")),
    "documents.by_ids": lambda c, at, of: documents.by_ids(c, at.scope, [of.id("waiting")]),
    "documents.waiting_for_summary": lambda c, at, of: documents.waiting_for_summary(c, at.scope, TODAY, "PEN"),
    "documents.numbers_in": lambda c, at, of: documents.numbers_in(c, at.scope, "03", of.series),
    "documents.series_in": lambda c, at, of: documents.series_in(c, at.scope),
    "in_line.days": lambda c, at, of: in_line.days(c, at.scope, EARLIER - timedelta(days=9)),
    "in_line.wait_until": lambda c, at, of: in_line.wait_until(c, at.scope, TODAY, FAR, EARLIER - timedelta(days=9)),
    "links.version_of": lambda c, at, of: links.version_of(c, at.scope, of.id("waiting")),
    "links.revoke": lambda c, at, of: links.revoke(c, at.scope, of.id("waiting"), LATER),
    "links.spend": lambda c, at, of: links.spend(c, at.scope, of.id("new"), FAR, LATER),
    "lists.page": lambda c, at, of: lists.page(c, at.scope, Wanted(), Order.NEWEST, NOW, limit=99),
    "lists.count": lambda c, at, of: lists.count(c, at.scope, Wanted(), NOW, 99),
    "members.add": lambda c, at, of: members.add(c, at.scope, at.id("batch"), [Member(at.id("orphan"), "1", 2)]),
    "members.of_batch": lambda c, at, of: members.of_batch(c, at.scope, of.id("batch")),
    "members.of_document": lambda c, at, of: members.of_document(c, at.scope, of.id("member")),
    "members.of_documents": lambda c, at, of: members.of_documents(c, at.scope, [of.id("member")]),
    "members.open_batch_of": lambda c, at, of: members.open_batch_of(c, at.scope, of.id("member")),
    "members.close": lambda c, at, of: members.close(c, at.scope, of.id("batch"), NOW),
    "messages.add": lambda c, at, of: messages.add(c, at.scope, at.letter("new")),
    "messages.find": lambda c, at, of: messages.find(c, at.scope, of.id("letter")),
    "messages.locked": lambda c, at, of: messages.locked(c, at.scope, of.id("letter")),
    "messages.find_by_key": lambda c, at, of: messages.find_by_key(c, at.scope, of.id("asked")),
    "messages.find_among": lambda c, at, of: messages.find_among(c, HERE, [at.scope.ruc], of.id("letter")),
    "messages.begin": lambda c, at, of: messages.begin(c, at.scope, of.letter(), NOW, LATER),
    "messages.move": lambda c, at, of: messages.move(c, at.scope, of.letter(), {"code": "changed"}),
    "messages.change": lambda c, at, of: messages.change(c, at.scope, of.id("letter"), {"code": "changed"}),
    "messages.note": lambda c, at, of: messages.note(c, at.scope, at.id("letter"), Move(NOW, "SENT")),
    "messages.moves_of": lambda c, at, of: messages.moves_of(c, at.scope, [of.id("letter")]),
    "messages.page": lambda c, at, of: messages.page(c, at.scope, Letters(), 99),
    "messages.receipts_of": lambda c, at, of: messages.receipts_of(c, at.scope, [of.id("waiting")]),
    "messages.due_of": lambda c, at, of: messages.due_of(c, at.scope, after="", most=99),
    "messages.forget": lambda c, at, of: messages.forget(c, at.scope, [of.id("old")]),
    "notices.add": lambda c, at, of: notices.add(c, at.scope, [at.notice("new")]),
    "notices.take": lambda c, at, of: notices.take(c, at.scope, [of.id("waiting")]),
    "notices.spend": lambda c, at, of: notices.spend(c, at.scope, "email", TODAY, many=1, most=99),
    "numbers.take": lambda c, at, of: numbers.take(c, at.scope, "03", of.series),
    "numbers.peek": lambda c, at, of: numbers.peek(c, at.scope, "03", of.series),
    "page_templates.find": lambda c, at, of: page_templates.find(c, at.scope, of.paper),
    "page_templates.all_of": lambda c, at, of: page_templates.all_of(c, at.scope),
    "page_templates.keep": lambda c, at, of: page_templates.keep(
        c, at.scope, of.paper, "changed", size_bytes=1, now=LATER
    ),
    "page_templates.note": lambda c, at, of: page_templates.note(
        c, replace(of.template, scope=at.scope), Fault("changed", LATER, "F001-1")
    ),
    "page_templates.remove": lambda c, at, of: page_templates.remove(c, at.scope, of.paper),
    "pauses.find": lambda c, at, of: pauses.find(c, at.scope, "sol"),
    "pauses.begin": lambda c, at, of: pauses.begin(c, at.scope, "gre", "0102", NOW),
    "pauses.claim": lambda c, at, of: pauses.claim(c, pause(at, of), NOW),
    "pauses.end": lambda c, at, of: pauses.end(c, at.scope, "sol"),
    "refreshes.begin": lambda c, at, of: refreshes.begin(c, at.scope, of.id("waiting"), NOW, timedelta(0)),
    "request_keys.claim": lambda c, at, of: request_keys.claim(
        c, replace(at.key, key="new"), "h", FAR, held_until=FAR, expires_at=FAR
    ),
    "request_keys.claim#again": lambda c, at, of: request_keys.claim(
        c, at.key, "other", NOW, held_until=LATER, expires_at=LATER
    ),
    "request_keys.claim#another": lambda c, at, of: request_keys.claim(
        c, replace(at.key, fingerprint="other"), "h", NOW, held_until=LATER, expires_at=LATER
    ),
    "request_keys.find": lambda c, at, of: request_keys.find(c, at.key),
    "request_keys.finish": lambda c, at, of: request_keys.finish(c, at.key, "h", status=200, headers={}, body=b"x"),
    "receipts.find": lambda c, at, of: receipts.find(c, at.scope, of.receipt(1)),
    "receipts.get": lambda c, at, of: receipts.get(c, at.scope, of.id("waiting")),
    "request_keys.give_back": lambda c, at, of: request_keys.give_back(c, at.key, "h"),
    "sealed.reseal": lambda c, at, of: sealed.reseal(c, secret(at, of), b"changed"),
    "series_report.gaps": lambda c, at, of: series_report.gaps(c, HERE, at.scope.ruc),
    "series_report.held_twice": lambda c, at, of: series_report.held_twice(c, HERE, at.scope.ruc),
    "series_report.explain": lambda c, at, of: series_report.explain(
        c, at.scope, NumberNote("03", "B001", 1, 1, "w", "a", NOW)
    ),
    "series_report.explained": lambda c, at, of: series_report.explained(c, at.scope),
    "submissions.add": lambda c, at, of: submissions.add(
        c, at.scope, Submission(at.id("s-new"), _another(c, at), at.scope, "bill", "READY"), NOW
    ),
    "submissions.get": lambda c, at, of: submissions.get(c, at.scope, of.id("s-waiting")),
    "submissions.of_documents": lambda c, at, of: submissions.of_documents(c, at.scope, [of.id("waiting")]),
    "submissions.about": lambda c, at, of: submissions.about(c, at.scope, of.id("waiting")),
    "submissions.with_ticket": lambda c, at, of: submissions.with_ticket(c, at.scope, of.id("t")),
    "submissions.move": lambda c, at, of: submissions.move(c, at.scope, road(of), LATER, state="HELD"),
    "submissions.move_many": lambda c, at, of: submissions.move_many(c, at.scope, [(road(of), {"code": "x"})], LATER),
    "submissions.note": lambda c, at, of: submissions.note(c, at.scope, at.id("s-waiting"), line(at)),
    "submissions.note_many": lambda c, at, of: submissions.note_many(c, at.scope, [(at.id("s-waiting"), line(at))]),
    "submissions.history": lambda c, at, of: submissions.history(c, at.scope, of.id("s-waiting")),
    "submissions.keep_talk": lambda c, at, of: submissions.keep_talk(
        c,
        at.scope,
        at.id("s-waiting"),
        at=NOW,
        operation="o",
        address="a",
        status=1,
        answer=b"",
        trouble="",
        duration_ms=1,
    ),
    "submissions.last_talk": lambda c, at, of: submissions.last_talk(c, at.scope, of.id("s-waiting"), EARLIER),
    "submissions.in_state": lambda c, at, of: submissions.in_state(c, at.scope, ["WAITING"], 99),
    "submissions.mark_alerted": lambda c, at, of: submissions.mark_alerted(c, replace(road(of), scope=at.scope), 6),
    "talk_report.of_submission": lambda c, at, of: talk_report.of_submission(c, at.scope, of.id("s-waiting")),
    "webhooks.add": lambda c, at, of: webhooks.add(c, at.scope, at.endpoint("new", "new")),
    "webhooks.change": lambda c, at, of: webhooks.change(c, at.scope, of.id("hook"), {"description": "changed"}),
    "webhooks.disable": lambda c, at, of: webhooks.disable(c, at.scope, of.id("hook"), "gone", NOW),
    "webhooks.find": lambda c, at, of: webhooks.find(c, at.scope, of.id("hook")),
    "webhooks.find_by_url": lambda c, at, of: webhooks.find_by_url(c, at.scope, of.endpoint().url),
    "webhooks.all_of": lambda c, at, of: webhooks.all_of(c, at.scope),
    "webhooks.subscribers": lambda c, at, of: webhooks.subscribers(c, at.scope),
}
# of all companies: for one of them they find that one's
OF_ALL: Final[dict[str, Call]] = {
    "certificates.with_ended_keys": lambda c, at, of: certificates.with_ended_keys(c, HERE, NOW),
    "checks.count_open": lambda c, at, of: checks.count_open(c, HERE),
    "companies.expiring": lambda c, at, of: companies.expiring(c, HERE, EARLIER - timedelta(days=9), LATER),
    "condition.companies_of": lambda c, at, of: condition.companies_of(c, HERE),
    "condition.waiting": lambda c, at, of: condition.waiting(c, HERE),
    "condition.in_states": lambda c, at, of: condition.in_states(c, HERE, ["READY"]),
    "data_keys.sealed_by_others": lambda c, at, of: data_keys.sealed_by_others(c, "x", most=9),
    "data_keys.count_by_master": lambda c, at, of: data_keys.count_by_master(c),
    "deliveries.overdue": lambda c, at, of: deliveries.overdue(c, HERE, LATER, most=99),
    "deliveries.counts_by_state": lambda c, at, of: deliveries.counts_by_state(c, HERE),
    "deliveries.told_before": lambda c, at, of: deliveries.told_before(c, HERE, LATER, most=99),
    "documents.days_waiting": lambda c, at, of: documents.days_waiting(c, HERE),
    "gauges.under_way": lambda c, at, of: gauges.under_way(c, HERE),
    "gauges.due": lambda c, at, of: gauges.due(c, HERE, NOW),
    "gauges.last_event": lambda c, at, of: gauges.last_event(c),
    "gauges.happened": lambda c, at, of: gauges.happened(c, HERE, 0),
    "gauges.certificates": lambda c, at, of: gauges.certificates(c, HERE),
    "messages.of_provider": lambda c, at, of: messages.of_provider(c, HERE, "smtp", of.id("theirs")),
    "messages.of_provider#mark": lambda c, at, of: messages.of_provider(c, HERE, "smtp", "", of.id("letter")),
    "message_report.overdue": lambda c, at, of: message_report.overdue(c, HERE, NOW, most=99),
    "message_report.told_before": lambda c, at, of: message_report.told_before(c, HERE, NOW, most=99),
    "message_report.waiting": lambda c, at, of: message_report.waiting(c, HERE),
    "message_report.last_move": lambda c, at, of: message_report.last_move(c),
    "message_report.happened": lambda c, at, of: message_report.happened(c, HERE, 0),
    "message_report.tried_among": lambda c, at, of: message_report.tried_among(
        c, {of.id("old"): of.scope, at.id("old"): at.scope}
    ),
    "notices.forget": lambda c, at, of: notices.forget(c, HERE, NOW),
    "notices.forget_budgets": lambda c, at, of: notices.forget_budgets(c, HERE, TODAY),
    "pauses.all_of": lambda c, at, of: pauses.all_of(c, HERE),
    "record_lines.settled": lambda c, at, of: record_lines.settled(c),
    "record_lines.tops": lambda c, at, of: record_lines.tops(c),
    "record_lines.lines": lambda c, at, of: [*record_lines.lines(c, HERE, "events", 0, 99_999)],
    "record_lines.count_after": lambda c, at, of: record_lines.count_after(c, HERE, "events", 0),
    "record_lines.oldest_after": lambda c, at, of: record_lines.oldest_after(c, HERE, "talks", 1),
    "references.files": lambda c, at, of: references.files(c, HERE, "", most=99),
    "references.astray": lambda c, at, of: references.astray(c, HERE),
    "references.receipt_of": lambda c, at, of: references.receipt_of(c, of.id("waiting")),
    "references.receipt_of_line": lambda c, at, of: references.receipt_of_line(c, "talks", at.many % 2 + 1),
    "request_keys.forget": lambda c, at, of: request_keys.forget(c, HERE, FAR),
    "sealed.page": lambda c, at, of: sealed.page(c, "companies.sol_password", (), most=9),
    "submissions.overdue": lambda c, at, of: submissions.overdue(c, HERE, ["READY"], NOW, most=99),
    "submissions.due_soon": lambda c, at, of: submissions.due_soon(c, HERE, FAR),
    "submissions.counts_by_state": lambda c, at, of: submissions.counts_by_state(c, HERE),
    "submissions.without_next_action": lambda c, at, of: submissions.without_next_action(c, HERE),
    "submissions.stuck": lambda c, at, of: submissions.stuck(c, HERE, NOW),
    "submissions.with_obstacle": lambda c, at, of: submissions.with_obstacle(c, HERE, most=99),
    "submissions.held_for": lambda c, at, of: submissions.held_for(c, HERE, ["0102"], most=99),
    "submissions.final_among": lambda c, at, of: submissions.final_among(
        c, {of.id("s-again"): of.scope, at.id("s-again"): at.scope}, ["SETTLED"]
    ),
}


def _another(connection: Connection, company: Company) -> str:
    """A document without a submission."""
    documents.add(connection, company.scope, company.document("bare", 98))
    return company.id("bare")
