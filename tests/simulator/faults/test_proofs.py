"""F16, F31 to F36: CDRs, their ZIPs, their base64. ACCEPTED comes of a CDR that names the document, nothing else."""

from base64 import b64decode
from typing import Any

import pytest
from cryptography import x509
from fault_world import ACCEPTED, OBSERVED, REJECTED, UNKNOWN, World, outcome, stored

from onapi.cdr import read_cdr
from onapi.errors import InvalidDocument, Unreadable
from onapi.flows.hear import hear_send
from onapi.gateways import sunat as gateway
from onapi.gateways.door import Talk
from onapi.sign.verify import verify_signature
from onapi.values.archive import unzip_one


def _file(talk: Talk) -> bytes:
    return gateway.read_answer(talk).file


def _is_vouched_for(world: World, cdr: bytes) -> bool:
    """Whether the CDR is signed, by somebody whom the simulator's authority vouches for."""
    authority = x509.load_pem_x509_certificate(world.sunat.http.get("/_simulator/ca.pem").content)
    try:
        signer = verify_signature(read_cdr(cdr).xml).certificate
        signer.verify_directly_issued_by(authority)
    except (InvalidDocument, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"fault": "F16", "seconds": "2d"}, ACCEPTED),
        ({"fault": "F31/blank"}, UNKNOWN),
        ({"fault": "F32/document"}, UNKNOWN),
        ({"fault": "F32/ruc"}, UNKNOWN),
        ({"fault": "F33/signature"}, ACCEPTED),  # the class of reliability 1.3 (b): it names the document
        ({"fault": "F33/signer"}, ACCEPTED),
        ({"fault": "F34/corrupt"}, UNKNOWN),
        ({"fault": "F34/empty"}, UNKNOWN),
        ({"fault": "F34/dummy"}, UNKNOWN),
        ({"fault": "F34/descriptor"}, ACCEPTED),
        ({"fault": "F34/two"}, UNKNOWN),
        ({"fault": "F34/nested"}, UNKNOWN),
        ({"fault": "F34/bomb"}, UNKNOWN),
        ({"fault": "F35/breaks"}, ACCEPTED),
        ({"fault": "F35/spaces"}, ACCEPTED),
        ({"fault": "F35/truncated"}, UNKNOWN),
    ],
)
def test_f16_f31_to_f35_a_proof_or_none(wish: dict[str, Any], expected: str, world: World) -> None:
    paper = world.factura()
    world.arm({**wish, "count": 2})
    assert world.send(paper) == expected
    assert world.has_ours(paper), "SUNAT registered it, whatever it told"
    assert world.ask(paper) == expected, "and tells it the same way when it is asked"
    true = world.sunat.http.get(f"/_simulator/ledger/{paper.stem}/cdr").content
    assert (read_cdr(true).code, _is_vouched_for(world, true)) == ("0", True), "the ledger keeps SUNAT's own"
    assert world.ask(paper) == ACCEPTED


def test_f16_the_future(world: World) -> None:
    world.arm({"fault": "F16", "seconds": "2d"})
    at = read_cdr(_file(world.talk(world.factura()))).issued_at
    assert at is not None
    assert at.date().isoformat() == "2026-11-24"


@pytest.mark.parametrize(("variant", "opens"), [("signature", False), ("signer", True)])
def test_f33_by_another_hand(variant: str, opens: bool, world: World) -> None:  # noqa: FBT001 - a column
    world.arm({"fault": f"F33/{variant}"})
    cdr = _file(world.talk(world.factura()))
    assert not _is_vouched_for(world, cdr)
    if opens:
        assert verify_signature(read_cdr(cdr).xml), "it is signed, by a stranger"
    assert _is_vouched_for(world, _file(world.talk(world.factura())))


@pytest.mark.parametrize(
    ("way", "reason"),
    [("corrupt", "corrupt"), ("dummy", "no_file"), ("two", "many_files"), ("bomb", "dangerous"), ("nested", "no_file")],
)
def test_f34_each_zip_is_what_it_says(way: str, reason: str, world: World) -> None:
    world.arm({"fault": f"F34/{way}"})
    with pytest.raises(Unreadable) as raised:
        unzip_one(_file(world.talk(world.factura())))
    assert raised.value.facts["reason"] == reason


def test_f34_a_zip_with_descriptors_is_a_zip(world: World) -> None:
    world.arm({"fault": "F34/descriptor"})
    archive = _file(world.talk(world.factura()))
    assert archive[6] & 0x8, "sizes stand behind the content"
    assert read_cdr(archive).code == "0"


def test_f35_on_the_wire(world: World) -> None:
    world.arm({"fault": "F35/breaks"}, {"fault": "F35/truncated"})
    talk = world.talk(world.factura())
    text = talk.answer.partition(b"<applicationResponse>")[2].partition(b"<")[0]
    assert b"\r\n" in text
    with pytest.raises(ValueError, match=r"padding|base64"):
        b64decode(text)


@pytest.mark.parametrize(
    ("wish", "expected", "state", "code"),
    [
        ({"fault": "F31"}, OBSERVED, "accepted", "0"),
        ({"fault": "F31/reject"}, REJECTED, "rejected", "2800"),
        ({"fault": "F31/reject", "code": "3244"}, REJECTED, "rejected", "3244"),
    ],
)
def test_f31_sunat_means_it(wish: dict[str, Any], expected: str, state: str, code: str, world: World) -> None:
    paper = world.factura()
    world.arm(wish)
    assert world.send(paper) == expected
    held = world.held(paper)
    assert (held["state"], held["code"], held["digest"]) == (state, code, paper.digest)
    assert held["notes"] == (["4252"] if expected == OBSERVED else [])
    assert world.ask(paper) == expected


def test_f31_in_beta_a_rejection_is_a_fault(in_beta: World) -> None:
    paper = in_beta.factura()
    in_beta.arm({"fault": "F31/reject"})
    talk = in_beta.talk(paper)
    assert gateway.read_answer(talk).kind is gateway.Kind.CODE
    assert outcome(hear_send(stored(paper), talk)) == REJECTED
    assert in_beta.has_ours(paper, "rejected")


@pytest.mark.parametrize(("variant", "expected"), [("first", ACCEPTED), ("second", UNKNOWN)])
def test_f36_one_request_is_two(variant: str, expected: str, world: World) -> None:
    paper = world.factura()
    world.arm({"fault": f"F36/{variant}"})
    assert world.send(paper) == expected
    assert world.has_ours(paper)
    assert world.held(paper)["sends"] == 2, "it was processed twice, and registered once"
    assert world.ask(paper) == ACCEPTED
