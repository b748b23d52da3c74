"""Two companies with a row in each table of companies, in every state that some query looks for; canaries all over."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from onapi.store import (
    acts,
    certificates,
    channels,
    checks,
    companies,
    credentials,
    data_keys,
    deliveries,
    documents,
    links,
    members,
    messages,
    notices,
    numbers,
    page_templates,
    pauses,
    refreshes,
    request_keys,
    series_report,
    submissions,
    webhooks,
)
from onapi.store.acts import Act
from onapi.store.certificates import Certificate
from onapi.store.channels import ChannelRow
from onapi.store.checks import Check
from onapi.store.credentials import Credential
from onapi.store.data_keys import DataKey
from onapi.store.deliveries import Attempt, Delivery, Message
from onapi.store.documents import StoredDocument
from onapi.store.members import Member
from onapi.store.messages import Message as Letter
from onapi.store.messages import Move
from onapi.store.notices import Notice
from onapi.store.page_templates import PageTemplate
from onapi.store.request_keys import RequestKey
from onapi.store.series_report import NumberNote
from onapi.store.submissions import HistoryLine, Submission
from onapi.store.webhooks import Endpoint
from onapi.values.identity import RUC
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.scope import Environment, Scope

HERE: Final = Environment.SANDBOX
NOW: Final = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TODAY: Final = date(2026, 11, 20)
EARLIER, LATER = NOW - timedelta(days=2), NOW + timedelta(days=2)
MASTER: Final = "00" * 8
# every table with rows of companies, or of their callers
OF_COMPANIES: Final = (
    *("acts", "certificates", "checks", "companies", "company_channels"),
    *("data_keys", "documents", "events", "expiry_notices", "link_versions"),
    *("message_budgets", "message_moves", "messages", "notices", "page_templates"),
    *("members", "number_notes", "pauses", "refreshes", "request_keys", "series", "spent_links", "submissions"),
    *("talks", "webhook_attempts", "webhook_deliveries", "webhook_endpoints", "webhook_messages"),
)


@dataclass(frozen=True)
class Company:
    """One of the two, and what its rows are called."""

    tag: str
    scope: Scope
    many: int  # how many more of what is counted: no two companies have the same figures

    def id(self, name: str) -> str:
        """The id of something of its."""
        return f"CANARY-{self.tag}-{name}"

    @property
    def credential(self) -> str:
        """Who calls for it."""
        return self.id("caller")

    @property
    def series(self) -> str:
        """Of its boletas."""
        return f"B00{self.many}"

    @property
    def party(self) -> Party:
        """As it is enrolled."""
        return Party(RUC, self.scope.ruc, self.id("name"), "", Address("JR. CUSCO 100", "150101"))

    @property
    def key(self) -> RequestKey:
        """An `Idempotency-Key` of its caller."""
        return RequestKey(HERE, self.credential, "POST /x", "k", "f")

    @property
    def data_key(self) -> DataKey:
        """What seals its secrets."""
        return DataKey(self.scope, self.id("dk").encode(), self.id("sealed").encode(), MASTER)

    def receipt(self, number: int, doctype: str = "03", series: str = "") -> ReceiptId:
        """A receipt of its."""
        return ReceiptId(self.scope.ruc, doctype, series or self.series, number)

    def document(self, name: str, number: int, **more: Any) -> StoredDocument:
        """A document of its."""
        plain = StoredDocument(
            id=self.id(name),
            scope=self.scope,
            receipt=self.receipt(number),
            revision=1,
            origin="API",
            input_format="json",
            external_id=self.id("external"),
            fingerprint="f",
            issue_date=TODAY,
            currency="PEN",
            total=Decimal("118.00"),
            customer={"id_number": "20000000028", "name": self.id("customer")},
            digest="x",
            qr=None,
            xml="x",
            warnings=(),
            created_at=NOW,
        )
        return replace(plain, **more)

    def endpoint(self, name: str = "hook", path: str = "") -> Endpoint:
        """Whom it wants told."""
        url = f"https://{self.tag.lower()}.example/{path}"
        return Endpoint(self.id(name), self.scope, url, self.id("words"), ("*",), True, b"x" * 40, NOW, NOW)  # noqa: FBT003  it is live

    def message(self, name: str = "message") -> Message:
        """What it is told."""
        return Message(self.id(name), "test", "one", 1, self.id("body"), NOW)

    def delivery(self, name: str = "delivery", **more: Any) -> Delivery:
        """A message on its way."""
        message, hook = self.id("message"), self.id("hook")
        return replace(Delivery(self.id(name), self.scope, message, hook, "one", "PENDING", NOW, NOW), **more)

    def letter(self, name: str = "letter", **more: Any) -> Letter:
        """A message to a person."""
        masked, content = {"to": [self.id("masked")]}, self.id("content").encode()
        about, far = self.id("waiting"), NOW + timedelta(days=900)
        plain = Letter(
            self.id(name), self.scope, about, "email", ("pdf",), masked, content, NOW, far, NOW, NOW, provider="smtp"
        )
        return replace(plain, **more)

    def notice(self, name: str = "notice") -> Notice:
        """Who is told once a receipt is accepted."""
        masked, content = {"to": [self.id("masked")]}, self.id("content").encode()
        return Notice(self.id(name), self.id("waiting"), "email", ("pdf",), masked, content, EARLIER)

    def channel(self, name: str = "channel") -> ChannelRow:
        """A channel that it set up."""
        return ChannelRow({"host": self.id(name)}, self.id("secret").encode(), NOW)

    @property
    def paper(self) -> str:
        """What it calls its template."""
        return self.id("paper")[:20]

    @property
    def template(self) -> PageTemplate:
        """A template of its own."""
        return PageTemplate(self.scope, self.paper, self.id("blob"), self.many, NOW)

    @property
    def act(self) -> Act:
        """What one of its people did."""
        return Act(NOW, "sol_set", self.id("about"), self.scope.ruc, self.id("actor"))

    def certificate(self, name: str = "certificate") -> Certificate:
        """One of its certificates, which ended and still has its key."""
        subject = self.id("subject")
        return Certificate(self.id(name), subject, "i", "1", EARLIER, EARLIER, (self.scope.ruc,), b"sealed", NOW)


A: Final = Company("A", Scope(HERE, "20000000001"), 1)
B: Final = Company("B", Scope(HERE, "20000000010"), 2)


def seed(connection: Connection, company: Company) -> None:
    """All of its rows."""
    _company(connection, company)
    _receipts(connection, company)
    _batches(connection, company)
    _webhooks(connection, company)
    _letters(connection, company)
    scope = company.scope
    acts.add(connection, HERE, company.act)
    checks.keep(connection, Check(company.id("waiting"), scope, EARLIER, "silence", findings=(company.id("found"),)))
    links.revoke(connection, scope, company.id("waiting"), NOW)
    links.spend(connection, scope, company.id("nonce"), EARLIER, EARLIER - timedelta(days=1))
    refreshes.begin(connection, scope, company.id("waiting"), EARLIER, timedelta(0))
    pauses.begin(connection, scope, "sol", company.id("code"), EARLIER)
    page_templates.keep(connection, scope, company.paper, company.id("blob"), size_bytes=company.many, now=NOW)
    note = NumberNote("03", company.series, 90, 91, company.id("words"), company.id("actor"), NOW)
    series_report.explain(connection, scope, note)
    request_keys.claim(connection, company.key, "h", NOW, held_until=EARLIER, expires_at=LATER)


def _company(connection: Connection, company: Company) -> None:
    scope, text = company.scope, company.id("secret").encode()
    companies.keep(connection, scope, company.party, NOW)
    companies.keep_certificate(connection, scope, text, EARLIER, NOW)
    companies.keep_sol(connection, scope, company.id("sol"), text, NOW)
    data_keys.add(connection, company.data_key)
    channels.keep(connection, scope, company.id("channel")[:16], company.channel())
    certificates.put(connection, scope, company.certificate())
    certificates.note_expiry(connection, scope, company.id("certificate"), 7, NOW, told=True)
    user = Credential(company.credential, "integra", company.tag, "x", (), (scope.ruc,), disabled=False)
    credentials.keep(connection, user, NOW)


def _receipts(connection: Connection, company: Company) -> None:
    _keep(connection, company.document("waiting", 1), "WAITING", ticket=company.id("t"), obstacle="company")
    for n in range(company.many):
        late = company.document(f"late-{n}", 10 + n, request_key=company.id(f"key-{n}"))
        _keep(connection, late, "READY", obstacle="host")
    _keep(connection, company.document("held", 20), "HELD", code="0102")
    _keep(connection, company.document("lost", 30), "SENDING", next_action_at=None, attempts=1)
    again = company.document("again", 20, revision=2, created_at=LATER)
    _keep(connection, again, "SETTLED", outcome="REJECTED", next_action_at=None)
    road = submissions.get(connection, company.scope, company.id("s-waiting"))
    submissions.keep_talk(
        connection, company.scope, road.id,
        at=NOW, operation="o", address="a", status=200, answer=company.id("answer").encode(), trouble="", duration_ms=1,
    )  # fmt: skip
    number = numbers.take(connection, company.scope, "03", company.series)
    _keep(connection, company.document("chosen", number + 1), "SETTLED", outcome="ACCEPTED", next_action_at=None)
    other_day = TODAY - timedelta(days=company.many)
    _keep(connection, company.document("other", 50, issue_date=other_day), "WAITING")


def _batches(connection: Connection, company: Company) -> None:
    """One that SUNAT took, and whose member does not know; a voiding; and one gathered into nothing."""
    rc = company.receipt(1, "RC", "20261120")
    _keep(connection, company.document("batch", 1, receipt=rc), "SETTLED", outcome="ACCEPTED", next_action_at=None)
    _keep(connection, company.document("member", 40), "GATHERED", next_action_at=None)
    _keep(connection, company.document("orphan", 41), "GATHERED", next_action_at=None)
    members.add(connection, company.scope, company.id("batch"), [Member(company.id("member"), "1", 1)])
    ra = company.receipt(1, "RA", "20261120")
    about = company.id("waiting")
    _keep(connection, company.document("voiding", 1, receipt=ra), "READY", purpose="void", about_document_id=about)


def _keep(connection: Connection, kept: StoredDocument, state: str, **changes: Any) -> None:
    documents.add(connection, kept.scope, kept)
    told = {name: changes.pop(name) for name in ("purpose", "about_document_id") if name in changes}
    road = Submission(
        _road(kept.id), kept.id, kept.scope, "bill", "READY",
        next_action_at=EARLIER, deadline=NOW, **told,
    )  # fmt: skip
    submissions.add(connection, kept.scope, road, NOW, actor=kept.id, request_id=kept.id)
    submissions.move(connection, kept.scope, road, NOW, state=state, **changes)


def _road(document_id: str) -> str:
    canary, tag, name = document_id.split("-", 2)
    return f"{canary}-{tag}-s-{name}"


def _webhooks(connection: Connection, company: Company) -> None:
    scope = company.scope
    webhooks.add(connection, scope, company.endpoint())
    deliveries.add_messages(connection, scope, [company.message(), company.message("told")])
    rows = [company.delivery(f"due-{n}") for n in range(company.many)]
    done = company.delivery("done", message_id=company.id("told"), state="DELIVERED", next_action_at=None)
    deliveries.add(connection, scope, [company.delivery(), replace(done, ended_at=EARLIER), *rows])
    deliveries.note(connection, scope, company.id("delivery"), Attempt(1, NOW, 1, 500, "", company.id("answer")))


def _letters(connection: Connection, company: Company) -> None:
    scope = company.scope
    names = {"provider_id": company.id("theirs"), "request_key": company.id("asked")}
    messages.add(connection, scope, company.letter(**names))
    for n in range(company.many):
        messages.add(connection, scope, company.letter(f"letter-{n}", next_action_at=EARLIER))
    over = {"standing": "SENT", "next_action_at": None, "ended_at": EARLIER}
    messages.add(connection, scope, company.letter("old", **over))
    for _ in range(company.many):
        messages.note(connection, scope, company.id("letter"), Move(NOW, "QUEUED", 1, None, company.id("words")))
    notices.add(connection, scope, [company.notice(), company.notice("second")])
    notices.spend(connection, scope, "email", TODAY, many=company.many, most=9)
    notices.spend(connection, scope, "email", TODAY - timedelta(days=90), many=1, most=9)


def line(company: Company) -> HistoryLine:
    """A line of a history."""
    return HistoryLine(NOW, "X", "READY", None, company.id("line"))
