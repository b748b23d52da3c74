"""Five thousand damaged answers: none raises, none becomes a file out of garbage, none is believed (guarantee R04).

Damage is done where it happens: to the envelope, to the base64, to the ZIP, and to the CDR inside before it is packed
again. A CDR is taken only when it is, byte for byte, the one that names the document.
"""

import json
import random
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256

from onapi.cdr import Answer as Told
from onapi.cdr import read_cdr, write_cdr
from onapi.cdr.judge import judge
from onapi.errors import Unreadable
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Kind, ReceiptState, read_answer, read_validity
from onapi.values.archive import zip_one
from onapi.values.number import ReceiptId

OURS = ReceiptId("20000000001", "01", "F001", 7)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MUTATIONS = 5000
OPERATIONS = ("sendBill", "sendSummary", "getStatus", "getStatusCdr", "sendGuide", "askGuide", "askValidity", "token")
SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>'
WORDS = (
    b"PK\x03\x04",
    b"UEsDB",
    b"<",
    b">",
    b"&",
    b'"',
    b"}",
    b"98",
    b"0",
    b"\0",
    b"\xff",
    b"<content>",
    b"]]>",
    b"&#0;",
)
PAGES = (
    b"",
    b"<html><body>Mantenimiento</body></html>",
    b"Bad Gateway",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"{}",
    b"[]",
    b"<a/>",
    b"%PDF-1.7",
)

Chance = random.Random


@cache
def signer() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """SUNAT's part."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "SUNAT DE PRUEBA")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=999))
    return key, dated.sign(key, SHA256())


def cdr(receipt: ReceiptId, code: str = "0") -> bytes:
    """A signed CDR."""
    told = Told(
        id="1763651703114",
        code=code,
        description=f"La Factura numero {receipt.label}, ha sido aceptada",
        document_id=receipt.label,
        issuer_ruc=receipt.ruc,
        recipient="6-20000000010",
        received_at=NOW,
        answered_at=NOW,
        document_hash="",
    )
    return write_cdr(told, key=signer()[0], certificate=signer()[1])


@cache
def genuine() -> dict[str, bytes]:
    """The CDRs that go around: ours, a refusal of ours, and those of other documents."""
    return {
        "ours": cdr(OURS),
        "refusal": cdr(OURS, "2335"),
        "another": cdr(ReceiptId(OURS.ruc, "01", "F001", 8)),
        "foreign": cdr(ReceiptId("20000000010", "01", "F001", 7)),
    }


def packed(xml: bytes) -> bytes:
    """As SUNAT packs it."""
    return zip_one(f"R-{OURS.file_name}.xml", xml, folders=("dummy/",))


def answers(content: str) -> tuple[bytes, ...]:
    """Everything that can carry a file."""
    ticket = f"<r><status><content>{content}</content><statusCode>0</statusCode></status></r>"
    consult = f"<r><statusCdr><content>{content}</content><statusCode>0004</statusCode></statusCdr></r>"
    guide = {"codRespuesta": "0", "arcCdr": content, "indCdrGenerado": "1"}
    bill = f"<r><applicationResponse>{content}</applicationResponse></r>"
    return *((SOAP % each).encode() for each in (bill, ticket, consult)), json.dumps(guide).encode()


def others() -> tuple[bytes, ...]:
    """Everything that carries none."""
    faults = "<s:Fault><faultcode>s:Client.2335</faultcode><faultstring>dicho</faultstring></s:Fault>"
    states = (
        "<r><ticket>202612345678901</ticket></r>",
        "<r><status><statusCode>98</statusCode></status></r>",
        "<r><status><content>2335 - alterado</content><statusCode>99</statusCode></status></r>",
        faults,
    )
    objects = (
        {"numTicket": "b3f5a1e2-0000-4000-8000-000000000001"},
        {"codRespuesta": "99", "error": {"numError": "1033", "desError": "x"}},
        {"cod": "422", "errors": [{"codError": "155", "desError": "x"}]},
        {"success": True, "data": {"estadoCp": "0", "observaciones": []}},
    )
    return *((SOAP % each).encode() for each in states), *(json.dumps(each).encode() for each in objects)


def damaged(chance: Chance, data: bytes) -> bytes:
    """Some bytes changed, cut, doubled, moved or put in."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(made) + 1), chance.choice((1, 1, 1, 2, 8, 64))
        match chance.randrange(6):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + length]
            case 2:
                made[at:at] = chance.choice(WORDS)
            case 3:
                made[at:at] = made[at : at + length]
            case 4:
                del made[at:]
            case _:
                part = made[at : at + length]
                del made[at : at + length]
                to = chance.randrange(len(made) + 1)
                made[to:to] = part
    return bytes(made)


def said(chance: Chance, answer: bytes) -> Talk:
    """A talk in which this was answered."""
    status = chance.choice((200, 200, 200, 500, 422, 401, 503))
    return Talk(chance.choice(OPERATIONS), "", NOW, 1, status, answer)


def believed(talk: Talk) -> bytes | None:
    """The CDR on which the document would be taken for accepted, or None; only `Unreadable` may be raised below."""
    answer = read_answer(talk)
    assert (answer.kind is Kind.FILE) == bool(answer.file)
    assert (answer.kind is Kind.TICKET) == bool(answer.ticket)
    assert answer.kind is not Kind.CODE or (len(answer.code) == 4 and answer.code.isdigit())
    read_validity(talk)
    try:
        found = read_cdr(answer.file) if answer.file else None
    except Unreadable:
        return None
    verdict = judge(found, OURS, "") if found else None
    return found.xml if found and verdict and verdict.outcome.value in {"ACCEPTED", "OBSERVED"} else None


def run(make: Callable[[Chance], bytes], seed: int) -> list[bytes | None]:
    """What is believed of so many damaged answers."""
    chance = Chance(seed)
    return [believed(said(chance, make(chance))) for _ in range(MUTATIONS // 5)]


def test_the_undamaged_answers_are_understood() -> None:
    content = b64encode(packed(genuine()["ours"])).decode()
    found = [
        believed(Talk(operation, "", NOW, 1, 200, answer))
        for operation, answer in zip(
            ("sendBill", "getStatus", "getStatusCdr", "askGuide"), answers(content), strict=True
        )
    ]
    assert found == [genuine()["ours"]] * 4


def test_a_damaged_envelope_brings_the_genuine_cdr_or_none() -> None:
    content = b64encode(packed(genuine()["ours"])).decode()
    found = Counter(run(lambda chance: damaged(chance, chance.choice(answers(content))), 1))
    assert set(found) <= {None, genuine()["ours"]}
    assert found[None] > 500


def test_a_damaged_zip_brings_the_genuine_cdr_or_none() -> None:
    def make(chance: Chance) -> bytes:
        name = chance.choice(list(genuine()))
        return chance.choice(answers(b64encode(damaged(chance, packed(genuine()[name]))).decode()))

    assert set(run(make, 2)) <= {None, genuine()["ours"]}


def test_a_cdr_of_another_document_is_never_believed() -> None:
    """Damaged or not: nothing short of a forgery turns a refusal, or another's CDR, into an acceptance of ours."""

    def make(chance: Chance) -> bytes:
        xml = genuine()[chance.choice(("refusal", "another", "foreign"))]
        content = packed(damaged(chance, xml) if chance.randrange(4) else xml)
        return chance.choice(answers(b64encode(content).decode()))

    assert set(run(make, 3)) == {None}


def test_answers_without_a_file_never_bring_one() -> None:
    chance = Chance(4)
    for _ in range(MUTATIONS // 5):
        talk = said(chance, damaged(chance, chance.choice(others())))
        assert read_answer(talk).kind is not Kind.FILE
        assert read_validity(talk).state is not ReceiptState.ACCEPTED or b'"estadoCp": "1"' in talk.answer
        assert believed(talk) is None


def test_garbage_is_silence_or_its_status() -> None:
    chance = Chance(5)
    for _ in range(MUTATIONS // 5):
        noise = chance.randbytes(chance.randint(0, 300))
        talk = said(chance, damaged(chance, chance.choice((*PAGES, noise))))
        answer = read_answer(talk)
        assert answer.kind in {Kind.SILENCE, Kind.CODE}
        assert (answer.kind is Kind.CODE) == (talk.status in {500, 401, 503})
        assert read_validity(talk).state is ReceiptState.SILENCE
