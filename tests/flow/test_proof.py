"""Nothing is accepted without a CDR that names it: foreign, broken and mutated answers."""

import io
import random
import zipfile
from base64 import b64encode
from dataclasses import replace

import pytest
from flow_sunat import bill_answer, cdr_answer, cdr_xml, cdr_zip, envelope, fault_answer, heard
from flow_world import BORN, World

from onapi.errors import Unreadable
from onapi.flows.hear import Happening, hear_question, hear_send
from onapi.lifecycle import Event
from onapi.store.documents import StoredDocument
from onapi.values.archive import unzip_one, zip_one

MUTATIONS = 400
ANY = 0x5EED


@pytest.fixture
def document(here: World) -> StoredDocument:
    return here.issue().document


def said(document: StoredDocument, content: bytes | str) -> Happening:
    """What is heard when sendBill answers with a file."""
    text = content if isinstance(content, str) else b64encode(content).decode()
    return hear_send(document, heard(BORN, bill_answer(text)))


def test_a_right_one_is_believed(document: StoredDocument) -> None:
    for found in (
        said(document, cdr_zip(document.receipt)),
        said(document, cdr_zip(document.receipt, cdr_xml(document.receipt, document_hash=document.digest))),
        said(document, cdr_zip(document.receipt, cdr_xml(document.receipt, label=_zeros(document)))),
        said(document, "\n ".join(_chunks(b64encode(cdr_zip(document.receipt)).decode()))),
    ):
        assert found.event is Event.CDR
        assert found.verdict is not None
        assert found.verdict.outcome == "ACCEPTED"


def _zeros(document: StoredDocument) -> str:
    return f"{document.receipt.series}-{document.receipt.number:08}"


def _chunks(text: str) -> list[str]:
    return [text[at : at + 76] for at in range(0, len(text), 76)]


def foreign(document: StoredDocument) -> dict[str, bytes | str]:
    """Files that prove nothing about this document."""
    mine = document.receipt
    right = cdr_xml(mine)
    return {
        "another number": cdr_zip(mine, cdr_xml(mine, label=f"{mine.series}-{mine.number + 1}")),
        "another series": cdr_zip(mine, cdr_xml(mine, label=f"F002-{mine.number}")),
        "another company": cdr_zip(mine, cdr_xml(mine, ruc="20000000010")),
        "another kind": cdr_zip(replace(mine, doctype="07"), right),
        "another file": cdr_zip(replace(mine, number=mine.number + 1), right),
        "other bytes": cdr_zip(mine, cdr_xml(mine, document_hash="n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=")),
        "no name": cdr_zip(mine, right.replace(mine.label.encode(), b"")),
        "no code": cdr_zip(mine, right.replace(b"<cbc:ResponseCode>0<", b"<cbc:ResponseCode><")),
        "code 98": cdr_zip(mine, cdr_xml(mine, code="98")),
        "code of words": cdr_zip(mine, cdr_xml(mine, code="aceptado")),
        "two answers": cdr_zip(mine, _doubled(right)),
        "no answer": cdr_zip(mine, b"<ApplicationResponse/>"),
        "another document": cdr_zip(mine, b"<Invoice><ID>F001-1</ID></Invoice>"),
        "broken XML": cdr_zip(mine, right[:-30]),
        "a doctype": cdr_zip(mine, b'<!DOCTYPE a [<!ENTITY x "0">]>' + right),
        "two files": _two_files(mine.file_name, right),
        "only a folder": _folder(),
        "no ZIP": b"SUNAT dice que si",
        "half a ZIP": cdr_zip(mine)[: len(cdr_zip(mine)) // 2],
        "empty": b"",
        "words for base64": "El comprobante fue aceptado",
        "half of base64": b64encode(cdr_zip(mine)).decode()[:-7],
    }


def _doubled(xml: bytes) -> bytes:
    start, end = xml.index(b"<cac:DocumentResponse>"), xml.index(b"</ar:ApplicationResponse>")
    return xml[:end] + xml[start:end] + xml[end:]


def _two_files(name: str, xml: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"R-{name}.xml", xml)
        archive.writestr(f"R-{name}-2.xml", xml)
    return buffer.getvalue()


def _folder() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("dummy/", b"")
    return buffer.getvalue()


def test_what_is_about_something_else_is_silence(document: StoredDocument) -> None:
    for name, content in foreign(document).items():
        for found in (
            said(document, content),
            hear_question(
                document,
                heard(BORN, cdr_answer("0001", "existe y está aceptado", _text(content)), operation="getStatusCdr"),
            ),
        ):
            assert (found.event, found.verdict) == (Event.SILENCE, None), name


def _text(content: bytes | str) -> str:
    return content if isinstance(content, str) else b64encode(content).decode()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html><body>Servicio en mantenimiento</body></html>",
        b"\xff\xfe",
        envelope(""),
        envelope("<x/>"),
        bill_answer(""),
        cdr_answer("0", ""),
        cdr_answer("0001", "El comprobante existe y esta aceptado"),
        cdr_answer("", ""),
        cdr_answer("aceptado", "0"),
        fault_answer("soap-env:Server.0"),
        fault_answer("soap-env:Server.0000", "La Factura ha sido aceptada"),
        fault_answer("soap-env:Server.4252", "observada"),
        fault_answer("soap-env:Server"),
    ],
)
def test_words_alone_accept_nothing(document: StoredDocument, answer: bytes) -> None:
    for found in (
        hear_send(document, heard(BORN, answer)),
        hear_question(document, heard(BORN, answer, operation="getStatusCdr")),
    ):
        assert (found.event, found.verdict) == (Event.SILENCE, None)


def test_no_mutation_of_the_file_is_believed(document: StoredDocument) -> None:
    """A byte more, less or other: what is still believed carries the very XML that was right."""
    right, chance = cdr_zip(document.receipt), random.Random(ANY)  # noqa: S311  a seed of our own
    xml = unzip_one(right)[1]
    believed = 0
    for _ in range(MUTATIONS):
        spoilt = _mutated(right, chance)
        found = said(document, spoilt)
        if found.verdict is not None:
            believed += 1
            assert unzip_one(spoilt)[1] == xml
    assert believed < MUTATIONS // 3


def test_no_mutation_of_the_names_is_believed(document: StoredDocument) -> None:
    """Other text where RUC, series, number or code stand is never this document's acceptance."""
    right, chance = cdr_xml(document.receipt), random.Random(ANY)  # noqa: S311  a seed of our own
    places = [
        at + n
        for text in (document.receipt.label, document.receipt.ruc)
        for at in _starts(right, f">{text}<".encode())
        for n in range(1, len(text) + 1)
    ]
    assert len(places) > 20
    for _ in range(MUTATIONS):
        at, new = chance.choice(places), chance.choice(b"0123456789FBX ")
        if right[at] == new:
            continue
        spoilt = zip_one(f"R-{document.receipt.file_name}.xml", right[:at] + bytes([new]) + right[at + 1 :])
        found = said(document, spoilt)
        assert found.verdict is None, right[at - 20 : at + 20]


def _starts(text: bytes, part: bytes) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(part, at)]


def _mutated(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    way = chance.randrange(3)
    middle = (bytes([data[at] ^ (1 << chance.randrange(8))]), b"", bytes([data[at], chance.randrange(256)]))[way]
    return data[:at] + middle + data[at + 1 :]


def test_a_mutated_answer_is_never_an_error(document: StoredDocument) -> None:
    right, chance = bill_answer(b64encode(cdr_zip(document.receipt)).decode()), random.Random(ANY)  # noqa: S311  as above
    for _ in range(MUTATIONS):
        found = hear_send(document, heard(BORN, _mutated(right, chance)))
        assert found.event in {Event.CDR, Event.SILENCE}
        if found.verdict is not None:
            assert found.verdict.code == "0"


def test_the_files_of_this_page_are_what_they_say(document: StoredDocument) -> None:
    with pytest.raises(Unreadable):
        unzip_one(_two_files(document.receipt.file_name, cdr_xml(document.receipt)))
    with pytest.raises(Unreadable):
        unzip_one(_folder())
