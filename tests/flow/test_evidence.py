"""The evidence pack, and a person's word: all that is known, nothing secret; judged like any other answer."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from flow_books import Books, false_cdr
from flow_sunat import cdr_xml, cdr_zip
from flow_world import RUC, World

from onapi.errors import Conflict, InvalidDocument, NotFound, Unreadable
from onapi.flows import enrol
from onapi.flows.evidence import evidence
from onapi.flows.issue import Issued
from onapi.flows.redact import redacted
from onapi.flows.settle_by_hand import adopt, resend
from onapi.flows.standing import sentence_of
from onapi.flows.summarise import summarise
from onapi.lifecycle import State
from onapi.store import documents, members, submissions
from onapi.values.number import ReceiptId

ANA = "ana@onapi.local"


@pytest.fixture
def books(here: World) -> Books:
    return Books(here)


def pack(here: World, issued: Issued) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(evidence(here.platform, issued.document.receipt))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def read(file: bytes) -> Any:
    return json.loads(file)


def test_the_pack_holds_all_that_proves_where_it_stands(books: Books) -> None:
    issued = books.sent("F001")
    name = issued.document.receipt.file_name
    files = pack(books.here, issued)
    assert files[f"comprobante/{name}.xml"] == issued.xml
    assert hashlib.sha256(files[f"constancia/R-{name}.zip"]).hexdigest() == books.here.now(issued).cdr
    assert [row["event"] for row in read(files["historia.json"])] == ["SIGNED", "SEND", "CDR"]
    talks = read(files["conversaciones.json"])
    assert [(row["operation"], row["httpStatus"]) for row in talks] == [("sendBill", 200)]
    assert files[talks[0]["file"]] == books.here.talks(issued)[0].answer
    assert read(files["registro.json"])["sentence"] in files["LEEME.txt"].decode()
    assert "SUNAT lo aceptó." in files["LEEME.txt"].decode()


def test_every_file_is_in_the_list_of_digests(books: Books) -> None:
    files = pack(books.here, books.sent("F001"))
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())  # type: ignore[misc,arg-type]  # two words a line
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_the_same_pack_has_the_same_bytes(books: Books) -> None:
    receipt = books.sent("F001").document.receipt
    assert evidence(books.here.platform, receipt) == evidence(books.here.platform, receipt)


def test_credentials_in_answers_are_hidden_and_the_digest_of_the_whole_answer_is_there(books: Books) -> None:
    here = books.here
    scope = here.platform.scope(RUC)
    enrol.set_sol(here.platform, scope, "MODDATOS", "clave<secreta>")
    enrol.set_gre(here.platform, scope, "cliente-gre", "secreto-gre")
    enrol.set_validity(here.platform, scope, "cliente-val", "secreto-val")
    issued = books.unknown("F001")
    said = b'{"access_token":"eyJ.a.b","echo":"clave<secreta> clave&lt;secreta&gt; secreto-gre secreto-val"}'
    talk = {"at": here.clock(), "operation": "token", "status": 200, "trouble": "", "duration_ms": 1}
    with here.platform.database.transaction() as connection:
        address = "https://x/v1/clientessol/cliente-gre/oauth2/token/"
        submissions.keep_talk(connection, scope, issued.submission.id, **talk, address=address, answer=said)
    files = pack(here, issued)
    whole = b"".join(files.values())
    for secret in (b"clave<secreta>", b"clave&lt;", b"secreto-gre", b"secreto-val", b"eyJ.a.b", b"cliente-gre"):
        assert secret not in whole
    row = read(files["conversaciones.json"])[0]
    assert (row["redacted"], row["sha256AsReceived"]) == (True, hashlib.sha256(said).hexdigest())


def test_what_is_no_secret_stays_as_it_was() -> None:
    assert redacted(b"<a>Password</a> \x00\xff", frozenset()) == b"<a>Password</a> \x00\xff"
    assert redacted(b"<w:Password Type='x'>abc</w:Password>", ()) == b"<w:Password Type='x'>[OCULTO]</w:Password>"
    assert redacted(b"Authorization: Bearer eyJ.x-y_z\r\n", ()) == b"Authorization: Bearer [OCULTO]\r\n"


def test_a_file_that_is_gone_or_changed_is_said_so(books: Books) -> None:
    issued = books.sent("F001")
    name = issued.document.receipt.file_name
    books.blob(issued.document.xml).write_bytes(b"<otro/>")
    books.blob(str(books.here.now(issued).cdr)).unlink()
    files = pack(books.here, issued)
    assert files[f"comprobante/{name}.xml.CAMBIADO"] == b"<otro/>"
    assert issued.document.xml.encode() in files[f"comprobante/{name}.xml.CAMBIADO.txt"]
    assert f"constancia/R-{name}.zip.FALTA.txt" in files


def gathered(books: Books) -> tuple[Issued, ReceiptId]:
    """A boleta in a resumen that is on its way."""
    boleta = books.signed("B001", send=True, in_summary=True)
    assert summarise(books.here.platform) == 1
    with books.here.platform.database.reading() as connection:
        row = members.of_document(connection, boleta.document.scope, boleta.document.id)[0]
        batch = documents.get(connection, boleta.document.scope, row.batch_document_id)
    assert batch is not None
    return boleta, batch.receipt


def test_the_batch_of_a_boleta_goes_with_it(books: Books) -> None:
    boleta, batch = gathered(books)
    files = pack(books.here, boleta)
    assert f"lotes/{batch.label}/comprobante/{batch.file_name}.xml" in files


@pytest.mark.parametrize("state", [state for state in State if state is not State.SETTLED])
def test_every_state_has_its_sentence(books: Books, state: State) -> None:
    issued = books.signed()
    sentence = sentence_of(books.here.move(issued, state=state, ticket="17", sent_at=books.here.clock()))
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_nobody_elses_document_is_packed(books: Books) -> None:
    with pytest.raises(NotFound):
        evidence(books.here.platform, ReceiptId("20000000010", "01", "F001", 1))


# a person's word


def test_a_cdr_brought_by_hand_settles_what_was_unknown(books: Books) -> None:
    issued = books.unknown("F001")
    file = cdr_zip(issued.document.receipt)
    kept = adopt(books.here.platform, issued.document.receipt, file, ANA)
    assert (kept.submission.state, kept.submission.outcome, kept.submission.channel) == (
        "SETTLED",
        "ACCEPTED",
        "person",
    )
    assert books.here.platform.blobs.get(str(kept.submission.cdr)) == file
    last = books.here.history(issued)[-1]
    assert (last.event, last.state) == ("ADOPT", "SETTLED")
    assert last.message is not None
    assert last.message.startswith(f"{ANA} adoptó")


@pytest.mark.parametrize("state", ["HELD", "READY", "WAITING", "TICKETED", "UNKNOWN"])
@pytest.mark.parametrize("code", ["0", "2800"])
def test_from_every_state_in_which_no_call_is_under_way(books: Books, state: str, code: str) -> None:
    issued = books.unknown("F001")
    books.here.move(issued, state=state)
    xml = cdr_xml(issued.document.receipt, code=code)
    kept = adopt(books.here.platform, issued.document.receipt, xml, ANA)
    assert kept.submission.state == "SETTLED"
    assert kept.submission.outcome == ("ACCEPTED" if code == "0" else "REJECTED")
    assert kept.submission.next_action_at is None


@pytest.mark.parametrize(
    "change",
    [{"label": "F001-99999999"}, {"ruc": "20000000010"}, {"document_hash": "b3Rybw=="}, {"code": "98"}],
    ids=str,
)
def test_a_cdr_that_does_not_name_it_is_refused(books: Books, change: dict[str, str]) -> None:
    issued = books.unknown("F001")
    file = cdr_xml(issued.document.receipt, **change)
    before = books.here.now(issued)
    with pytest.raises(InvalidDocument):
        adopt(books.here.platform, issued.document.receipt, file, ANA)
    assert books.here.now(issued) == before


def test_a_cdr_whose_file_bears_another_name_is_refused(books: Books) -> None:
    """The CDR itself does not tell a factura from a note of the same number."""
    issued = books.unknown("F001")
    other = ReceiptId(RUC, "07", issued.document.receipt.series, issued.document.receipt.number)
    with pytest.raises(InvalidDocument):
        adopt(books.here.platform, issued.document.receipt, cdr_zip(other), ANA)


def test_a_cdr_in_which_somebody_wrote_is_refused(books: Books) -> None:
    issued = books.unknown("F001")
    with pytest.raises(InvalidDocument):
        adopt(books.here.platform, issued.document.receipt, false_cdr(issued.document.receipt), ANA)


def test_what_is_no_cdr_is_refused(books: Books) -> None:
    issued = books.unknown("F001")
    with pytest.raises(Unreadable):
        adopt(books.here.platform, issued.document.receipt, b"%PDF-1.7", ANA)


@pytest.mark.parametrize("state", ["SENDING", "GATHERED", "VOIDING", "VOIDED"])
def test_where_others_decide_it_is_refused(books: Books, state: str) -> None:
    issued = books.unknown("F001")
    books.here.move(issued, state=state)
    with pytest.raises(Conflict):
        adopt(books.here.platform, issued.document.receipt, cdr_zip(issued.document.receipt), ANA)


def test_a_proof_that_is_there_is_not_replaced(books: Books) -> None:
    issued = books.sent("F001")
    before = books.here.now(issued)
    for code in ("0", "2800"):
        with pytest.raises(Conflict):
            adopt(books.here.platform, issued.document.receipt, cdr_xml(issued.document.receipt, code=code), ANA)
    assert books.here.now(issued) == before


@pytest.mark.parametrize("outcome", ["ACCEPTED", "REJECTED"])
def test_a_verdict_without_proof_gets_one_and_follows_it(books: Books, outcome: str) -> None:
    issued = books.signed()
    books.says(issued, outcome, code="2800")
    kept = adopt(books.here.platform, issued.document.receipt, cdr_zip(issued.document.receipt), ANA)
    assert (kept.submission.outcome, kept.submission.code) == ("ACCEPTED", "0")
    assert kept.submission.cdr is not None


def test_a_proof_that_is_gone_is_replaced(books: Books) -> None:
    issued = books.accepted("F001", there=None)
    books.blob(str(books.here.now(issued).cdr)).unlink()
    file = cdr_xml(issued.document.receipt)
    assert (
        adopt(books.here.platform, issued.document.receipt, file, ANA).submission.cdr
        == hashlib.sha256(file).hexdigest()
    )


def test_the_members_follow_the_cdr_of_their_batch(books: Books) -> None:
    boleta, batch = gathered(books)
    adopt(books.here.platform, batch, cdr_zip(batch), ANA)
    assert (books.here.now(boleta).state, books.here.now(boleta).outcome) == ("SETTLED", "ACCEPTED")


def test_whoever_asks_for_another_send_is_noted(books: Books) -> None:
    issued = books.signed()
    resend(books.here.platform, issued.document.receipt, ANA)
    assert books.here.history(issued)[-1].message == f"{ANA} pidió enviarlo otra vez."
    books.here.run()
    assert books.here.now(issued).outcome == "ACCEPTED"


def test_what_sunat_may_hold_is_not_sent_again_and_nobody_is_noted(books: Books) -> None:
    issued = books.unknown("F001")
    before = books.here.history(issued)
    with pytest.raises(Conflict):
        resend(books.here.platform, issued.document.receipt, ANA)
    assert books.here.history(issued) == before
