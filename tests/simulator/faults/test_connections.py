"""F01 to F05, F18 to F20: the connection itself fails, before SUNAT's work or after it."""

import socket
import ssl
import time
from dataclasses import replace
from pathlib import Path
from time import monotonic

import httpx2
import pytest
from fault_world import ACCEPTED, ACCOUNT, HASTY, READY, UNKNOWN, World, outcome, stored
from sunat_client import NOW

from onapi.flows.hear import hear_send
from onapi.gateways import sunat as gateway


def test_f01_answers_late(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F01", "seconds": 0.4})
    started = monotonic()
    assert world.send(paper) == ACCEPTED
    assert monotonic() - started >= 0.4
    world.arm({"fault": "F01", "value": "9s"})
    late = world.factura()
    assert world.send(late) == UNKNOWN, "the work is done, and the answer is overdue"
    assert world.has_ours(late)
    assert world.ask(late) == ACCEPTED


def test_f01_lognormal_differs_from_one_to_the_next(world: World) -> None:
    world.arm({"fault": "F01/lognormal", "seconds": 0.05, "sigma": 1.2})
    spent = []
    for _ in range(6):
        started = monotonic()
        assert world.send(world.factura()) == ACCEPTED
        spent.append(monotonic() - started)
    assert max(spent) > 2 * min(spent)


def test_f01_drips(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F01/drip", "bytes_per_s": 200})
    talk = world.talk(paper)
    assert (talk.status, talk.trouble[:7]) == (None, "timeout")
    assert outcome(hear_send(stored(paper), talk)) == UNKNOWN
    assert world.has_ours(paper)


def _until_shut(world: World) -> None:
    deadline = monotonic() + 5
    while monotonic() < deadline:
        try:
            with httpx2.Client(base_url=world.sunat.http.base_url, timeout=0.3, trust_env=False) as other:
                other.get("/_simulator/health")
        except httpx2.TransportError:
            return
        time.sleep(0.05)
    raise AssertionError("the door stayed open")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "trouble"), [("refused", "unsent: no hubo"), ("dropped", "unsent: la conexión tardó")]
)
def test_f02_nobody_opens(variant: str, trouble: str, world: World) -> None:
    paper = world.factura()
    assert world.send(world.factura()) == ACCEPTED, "a connection is open, and falls"
    world.arm({"fault": "F02", "variant": variant, "seconds": 4})
    _until_shut(world)
    talk = world.talk(paper)
    assert talk.trouble.startswith(trouble)
    assert outcome(hear_send(stored(paper), talk)) == READY
    deadline = monotonic() + 12
    while world.send(paper) != ACCEPTED and monotonic() < deadline:
        time.sleep(0.1)
    assert world.has_ours(paper)
    assert world.held(paper)["sends"] == 1


def test_f02_silent(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F02/silent"})
    assert world.send(paper) == UNKNOWN
    assert world.held(paper) == {}


@pytest.mark.parametrize("certificate", ["expired", "wrong-host", "untrusted", "none"])
def test_f03_no_trust(certificate: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_bytes(world.sunat.http.get("/_simulator/tls-ca.pem").content)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    paper = world.factura()
    world.arm({"fault": f"F03/{certificate}", "count": 1})
    for expected in (READY, ACCEPTED):
        ours = gateway.Sunat(gateway.endpoints_at(world.sunat.secret, HASTY), lambda: NOW)
        talk = ours.send_bill(ACCOUNT, paper.stem, paper.xml)
        ours.close()
        assert outcome(hear_send(stored(paper), talk)) == expected, talk
        assert world.has_ours(paper) == (expected == ACCEPTED)
    assert world.struck()[-1] == f"F03/{certificate}"


def test_f03_the_authority_is_ours_alone(world: World) -> None:
    text = world.sunat.http.get("/_simulator/tls-ca.pem").text
    assert "PRIVATE" not in text
    assert ssl.PEM_cert_to_DER_cert(text)


@pytest.mark.parametrize(
    ("wish", "is_registered"),
    [
        ({"fault": "F04"}, False),
        ({"fault": "F04/headers"}, True),
        ({"fault": "F04/body"}, True),
        ({"fault": "F05"}, True),
        ({"fault": "F20", "bytes": 200}, False),
    ],
)
def test_f04_f05_f20_cut(wish: dict[str, object], is_registered: bool, world: World) -> None:  # noqa: FBT001 - a column
    paper = world.factura()
    world.arm(wish)
    talk = world.talk(paper)
    assert talk.trouble.startswith("cut"), talk
    assert outcome(hear_send(stored(paper), talk)) == UNKNOWN
    assert world.has_ours(paper) == is_registered
    assert world.ask(paper) == (ACCEPTED if is_registered else UNKNOWN)
    assert world.send(paper) == (UNKNOWN if is_registered else ACCEPTED), "1033 is no proof"
    assert world.has_ours(paper)


def test_f04_accepted_and_cut_at_once(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F04/accepted"})
    ours = gateway.Sunat(gateway.endpoints_at(str(world.sunat.http.base_url), HASTY), lambda: NOW)
    talk = ours.send_bill(ACCOUNT, paper.stem, paper.xml)
    ours.close()
    assert outcome(hear_send(stored(paper), talk)) in {UNKNOWN, READY}
    assert world.held(paper) == {}
    assert world.struck()[-1] == "F04/accepted"


def test_f05_many_answers_are_lost_and_all_are_found(world: World) -> None:
    world.arm({"fault": "F05", "probability": 0.5, "operation": "sendBill"})
    papers = [world.factura() for _ in range(12)]
    told = [world.send(paper) for paper in papers]
    assert {ACCEPTED, UNKNOWN} == set(told)
    assert all(world.has_ours(paper) for paper in papers)
    assert {world.ask(paper) for paper in papers} == {ACCEPTED}
    assert sum(world.held(paper)["sends"] for paper in papers) == len(papers)


@pytest.mark.parametrize("wish", [{}, {"operation": "sendBill"}])
def test_f18_all_connections_fall_at_once(wish: dict[str, str], world: World) -> None:
    base = world.sunat.http.base_url
    idle = socket.create_connection((base.host, base.port or 0), timeout=3)
    idle.sendall(b"GET /_simulator/health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert idle.recv(65536).startswith(b"HTTP/1.1 200")
    ours = gateway.Sunat(gateway.endpoints_at(str(world.sunat.http.base_url), HASTY), lambda: NOW)
    first, second = world.factura(), world.factura()
    assert outcome(hear_send(stored(first), ours.send_bill(ACCOUNT, first.stem, first.xml))) == ACCEPTED
    world.arm({"fault": "F18", **wish})
    assert world.send(second) == UNKNOWN
    assert world.held(second) == {}
    with idle, pytest.raises(ConnectionResetError):
        assert idle.recv(65536), "it was reset, not closed"
    for paper in (second, world.factura()):
        talk = ours.send_bill(ACCOUNT, paper.stem, paper.xml)
        assert outcome(hear_send(stored(paper), talk)) == ACCEPTED, "a fallen connection is replaced"
    ours.close()


@pytest.mark.parametrize("way", ["gzip", "chunked", "continue"])
def test_f19_a_proxy_dresses_the_answer(way: str, world: World) -> None:
    paper, raw = world.factura(), world.factura()
    world.arm({"fault": f"F19/{way}", "count": 2})
    assert world.send(paper) == ACCEPTED
    assert world.has_ours(paper)
    answered = world.sunat.http.post("/ol-ti-itcpfegem/billService", content=_envelope(raw))
    headers = answered.headers
    assert {"gzip": "content-encoding", "chunked": "transfer-encoding"}.get(way, "content-length") in headers


def _envelope(paper: object) -> bytes:
    del paper
    inside = "<s:Body><q:getStatus xmlns:q='http://service.sunat.gob.pe'><ticket>1</ticket></q:getStatus></s:Body>"
    return f"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>{inside}</s:Envelope>".encode()


def test_f20_a_large_upload_is_cut_half_way(world: World) -> None:
    paper = world.factura(lines=300, description="Servicio " * 20)
    world.arm({"fault": "F20", "bytes": 4096})
    slow = replace(HASTY, read_s=20)
    ours = gateway.Sunat(gateway.endpoints_at(str(world.sunat.http.base_url), slow), lambda: NOW)
    talk = ours.send_bill(ACCOUNT, paper.stem, paper.xml)
    assert outcome(hear_send(stored(paper), talk)) == UNKNOWN
    assert world.held(paper) == {}
    ours.close()


@pytest.mark.slow
def test_f37_slow_and_then_fast_after_an_outage(world: World) -> None:
    world.arm({"fault": "F37", "seconds": 1, "slow": 1.5})
    started, paper = monotonic(), world.factura()
    assert world.send(paper) == READY
    while monotonic() - started < 1:
        time.sleep(0.05)
    waits = []
    while monotonic() - started < 3:
        before = monotonic()
        world.send(world.factura())
        waits.append(monotonic() - before)
    assert waits[0] > waits[-1]
    assert waits[-1] < 0.5
    assert world.send(paper) == ACCEPTED
    assert "F37/herd" in world.struck()
