"""Nothing of ours is reached through an address that a user gives: 300 vectors, no connection; and one way out."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onapi.errors import InvalidDocument
from onapi.gateways.egress import MOST_BYTES, Answer, Egress
from onapi.gateways.egress_address import is_public, read_address

HOST = "erp.ejemplo.pe"
PUBLIC = "93.184.216.34"

# 127.0.0.1 as people and libraries have been seen to write it
LOOPBACK = (
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.000.000.001", "0177.0.0.1", "0177.0.0.01", "017700000001"),
    *(
        "0x7f.0.0.1",
        "0x7f.1",
        "0x7F.0x0.0x0.0x1",
        "0x7f000001",
        "0X7F000001",
        "2130706433",
        "127.0.0.2",
        "127.255.255.254",
    ),
    *("127.8", "127.65530", "127.0x1", "0x7f.0.1", "0177.1", "0177.0.1", "0000177.1", "localhost", "LOCALHOST"),
    *(
        "localhost.",
        "a.localhost",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "ⓛocalhost",
        "%31%32%37.0.0.1",
    ),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::1%25lo]", "[2002:7f00:1::]"),
)
NOT_PUBLIC = (
    *("000.0.0.0", "0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "167772161", "100.64.0.1", "100.127.255.254"),
    *(
        "169.254.169.254",
        "169.254.0.1",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
        "172.16.0.1",
        "172.31.255.1",
    ),
    *(
        "192.168.0.1",
        "192.168.1",
        "3232235521",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
    ),
    *("198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.192"),
    *(
        "[::]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fdff::1]",
        "[ff02::1]",
        "[ff0e::1]",
    ),
    *("[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:192.168.0.1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]"),
    *("[64:ff9b::169.254.169.254]", "[2001:db8::1]", "[2001::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[100::1]"),
    *("[2002:a00:1::]", "[2002:a9fe:a9fe::]", "[3fff::1]", "[3ffe::1]", "[2001:20::1]", "[2001:10::1]", "[5f00::1]"),
    *("[4000::1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[fe80::1%25eth0]", "metadata.google.internal"),
)
PORTS = (
    1,
    21,
    22,
    23,
    25,
    53,
    80,
    110,
    111,
    443 + 1,
    2375,
    3306,
    5432,
    6379,
    8000,
    8080,
    8090,
    9200,
    11211,
    27017,
    65535,
)
SCHEMES = ("http", "file", "gopher", "ftp", "dict", "ldap", "ws", "wss", "data", "javascript", "jar", "", "HTTPS+unix")
ODD = (
    *(
        f"https://{HOST}\\@127.0.0.1/",
        f"https://127.0.0.1\\@{HOST}/",
        f"https://u@{HOST}/",
        f"https://u:p@{HOST}/",
        f"https://@{HOST}/",
    ),
    *(
        f"https://{HOST}#@127.0.0.1/",
        f"https://{HOST}/#x",
        f"https://{HOST}:443@127.0.0.1/",
        f"https://127.0.0.1:443@{HOST}/",
    ),
    *(
        f"https://{HOST} /",
        f"https://{HOST}\t/",
        f"https://{HOST}\r\nHost: x/",
        f"https://{HOST}/\x00",
        f"https://{HOST}/ñ",
        "https://",
    ),
    *(
        "https:///x",
        "https://:443/",
        f"https:{HOST}",
        f"//{HOST}/",
        HOST,
        f"https://{HOST}:0/",
        f"https://{HOST}:99999/",
        f"https://{HOST}:a/",
    ),
    *(
        f"https://{HOST}:-1/",
        "https://[::1/",
        "https://::1/",
        "https://[127.0.0.1]/",
        "https://[v1.x]/",
        f"https://{'a' * 64}.pe/",
    ),
    *(
        "https://a..pe/",
        "https://-a.pe/",
        "https://a_.pe-/",
        "https://xn--/",
        f"https://{HOST}/{'x' * 2100}",
        "https://☃️.☃️@x/",
        "https://*/",
    ),
    *(
        f"https://{HOST};127.0.0.1/",
        f"https://{HOST},127.0.0.1/",
        "https://$(id)/",
        "https://{a}/",
        "https://<a>/",
        "https://a|b/",
        "https://a^b/",
    ),
)


@dataclass
class Receiver:
    """Somebody on this machine who must not be reached; counts who comes."""

    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    came: list[bytes] = field(default_factory=list)
    many: int = 0
    act: Callable[[socket.socket], None] | None = None
    trust: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Go away."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.many += 1
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        try:
            with peer, self.trust.wrap_socket(peer, server_side=True) if self.trust else peer as talk:
                talk.settimeout(5)
                self.came.append(_request(talk))
                if self.act:
                    self.act(talk)
                else:
                    talk.sendall(self.answer)
        except OSError:
            return


def _request(talk: socket.socket) -> bytes:
    """A whole request: who hangs up on what he has not read may take his answer back."""
    said = b""
    while not said.endswith(b"\r\n\r\n{}") and (more := talk.recv(65536)):
        said += more
    return said


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Whoever listens on this machine."""
    with Receiver() as found:
        yield found


def post(egress: Egress, url: str, **more: float) -> Answer:
    return egress.post(url, [("Content-Type", "application/json")], b"{}", **more)


def vectors(port: int) -> list[str]:
    """Every address that must not be called, at the port where somebody listens and at those that are allowed."""
    hosts = [f"https://{host}{at}/" for host in (*LOOPBACK, *NOT_PUBLIC) for at in ("", ":8443", f":{port}")]
    ports = [f"https://{HOST}:{each}/" for each in (*PORTS, port)]
    schemes = [f"{scheme}://{HOST}/" for scheme in SCHEMES]
    return [*hosts, *ports, *schemes, *ODD, f"http://127.0.0.1:{port}/", f"http://localhost:{port}/"]


def literal_or_here(host: str, _port: int) -> list[str]:
    """A resolver as the worst could make it: a spelling of an address is that address, any name is this machine."""
    try:
        return [str(IPv6Address(host.partition("%")[0])) if ":" in host else str(IPv4Address(socket.inet_aton(host)))]
    except (OSError, ValueError):
        return ["127.0.0.1"]


def test_three_hundred_vectors_reach_nobody(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    plain = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: (calls.append(to), plain(self, to))[1])
    egress, all_of_them = Egress(resolve=literal_or_here), vectors(receiver.port)
    assert len(set(all_of_them)) == len(all_of_them) >= 300
    for url in all_of_them:
        answer = post(egress, url)
        assert answer.status is None, url
        assert answer.trouble.startswith("unsent"), url
    assert (receiver.many, calls) == (0, [])


@pytest.mark.parametrize("url", vectors(8080)[-60:])
def test_what_is_plainly_wrong_is_said_when_it_is_kept(url: str) -> None:
    with pytest.raises(InvalidDocument):
        Egress().check(url)


@pytest.mark.parametrize("host", [x for x in LOOPBACK if "%" not in x] + [x for x in NOT_PUBLIC if "metadata" not in x])
def test_no_spelling_of_an_address_that_is_not_public_is_kept(host: str) -> None:
    with pytest.raises(InvalidDocument):
        Egress().check(f"https://{host}/")


@pytest.mark.parametrize("found", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:7f00:1"], [], ["fe80::1%eth0"], ["x"]])
def test_a_name_is_what_it_resolves_to(found: list[str], receiver: Receiver) -> None:
    told = "la dirección no es de la red pública" if found else "no se encontró la dirección del servidor (DNS)"
    assert post(Egress(resolve=lambda *_: found), f"https://{HOST}/").trouble == f"unsent: {told}"
    assert receiver.many == 0


def test_it_is_resolved_once_and_connected_to_that_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    went: list[object] = []

    def connect(to: object, *_: object, **__: object) -> socket.socket:
        went.append(to)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = post(Egress(resolve=rebinding), f"https://{HOST}/")
    assert answer.trouble == "unsent: no hubo conexión"
    assert (asked, went) == ([HOST], [(PUBLIC, 443)])


def test_public_addresses_are_public() -> None:
    assert all(
        map(is_public, (PUBLIC, "8.8.8.8", "190.12.1.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"))
    )
    assert not any(map(is_public, ("", "x", "127.0.0.1", "64:ff9b::7f00:1")))


def test_a_name_is_kept_in_one_spelling() -> None:
    egress = Egress()
    assert egress.check("HTTPS://ERP.Ejemplo.PE:443?a=1") == "https://erp.ejemplo.pe/?a=1"
    assert egress.check("https://peñón.pe:8443/x") == "https://xn--pen-ala6c.pe:8443/x" or "xn--" in egress.check(
        "https://peñón.pe/"
    )
    assert egress.check("https://[2606:4700:0:0::1111]/") == "https://[2606:4700::1111]/"
    assert isinstance(read_address("https://a.pe/ok"), object)


def test_on_this_machine_only_where_it_was_allowed(receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.port}/hook"
    answer = post(Egress(allow_local=True), url)
    assert (answer.status, answer.body) == (200, b"ok")
    assert receiver.came[0].startswith(b"POST /hook HTTP/1.1\r\nHost: 127.0.0.1:")
    local = Egress(allow_local=True, resolve=lambda *_: ["10.0.0.1"])
    assert post(local, f"http://{HOST}/").trouble.startswith("unsent")
    assert post(local, f"http://localhost:{receiver.port}/").trouble.startswith("unsent")
    assert receiver.many == 1


def test_a_redirect_is_an_answer_like_any_other(receiver: Receiver) -> None:
    with Receiver() as other:
        receiver.answer = b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % other.port
        answer = post(Egress(allow_local=True), f"http://127.0.0.1:{receiver.port}/")
        assert (answer.status, other.many) == (307, 0)


def drip(what: bytes, times: int, pause_s: float) -> Callable[[socket.socket], None]:
    def act(peer: socket.socket) -> None:
        for _ in range(times):
            peer.sendall(what)
            time.sleep(pause_s)

    return act


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (drip(b"H", 100, 0.05), None),  # headers that never end
        (drip(b"", 1, 5), None),  # says nothing
        (
            lambda peer: (peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n"), drip(b"x", 100, 0.05)(peer)),
            200,
        ),  # a body that drips
    ],
)
def test_who_is_slow_gets_no_more_than_his_time(act: Callable[[socket.socket], None], status: int | None) -> None:
    with Receiver(act=act) as slow:
        begun = time.monotonic()
        answer = post(Egress(allow_local=True), f"http://127.0.0.1:{slow.port}/", within_s=0.6)
        assert time.monotonic() - begun < 2
    assert answer.status == status
    assert status or answer.trouble.startswith("timeout")


def test_a_name_that_is_slow_to_resolve_is_given_up() -> None:
    begun = time.monotonic()
    answer = post(Egress(resolve=lambda *_: time.sleep(3) or [PUBLIC]), f"https://{HOST}/", within_s=0.2)  # type: ignore[func-returns-value]  # it sleeps first
    assert answer.trouble.startswith("timeout")
    assert time.monotonic() - begun < 1


def test_of_a_gigabyte_one_mebibyte_is_read() -> None:
    sent: list[int] = []

    def flood(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
        for _ in range(1024):
            peer.sendall(bytes(1024 * 1024))
            sent.append(1)

    with Receiver(act=flood) as much:
        answer = post(Egress(allow_local=True), f"http://127.0.0.1:{much.port}/")
    assert (answer.status, len(answer.body)) == (200, MOST_BYTES)
    assert len(sent) < 30


@pytest.mark.parametrize(
    "rubbish", [b"", b"rubbish\r\n\r\n", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
)
def test_what_is_no_answer_is_cut(rubbish: bytes) -> None:
    with Receiver(act=lambda peer: peer.sendall(rubbish)) as odd:
        assert post(Egress(allow_local=True), f"http://127.0.0.1:{odd.port}/").trouble.startswith("cut")


def test_nobody_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert post(Egress(allow_local=True), f"http://127.0.0.1:{port}/").trouble == "unsent: no hubo conexión"


def certified(folder: Path, name: str, *, days: int = 10) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate of its own for a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=20))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@dataclass(frozen=True)
class Proof:
    """A server's certificate, and whether it is good enough."""

    name: str
    days: int
    is_known: bool
    status: int | None = None


PROOFS = {
    "good": Proof(HOST, 10, is_known=True, status=200),
    "other": Proof("otro.pe", 10, is_known=True),
    "old": Proof(HOST, -1, is_known=True),
    "unknown": Proof(HOST, 10, is_known=False),
}


@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
def test_only_who_proves_the_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    name, days, status = proof.name, proof.days, proof.status
    with Receiver(trust=certified(tmp_path, name, days=days)) as there:
        plain = socket.create_connection
        monkeypatch.setattr(
            socket, "create_connection", lambda _to, *args, **more: plain(("127.0.0.1", there.port), *args, **more)
        )
        trust = ssl.create_default_context(cafile=str(tmp_path / f"{name}{days}.pem") if proof.is_known else None)
        answer = post(Egress(resolve=lambda *_: [PUBLIC], trust=trust), f"https://{HOST}/")
        assert answer.status == status
        if status is None:
            assert answer.trouble == "unsent: no se pudo comprobar la identidad del servidor (TLS)"
            assert not any(b"POST" in each for each in there.came)
        else:
            assert f"Host: {HOST}\r\n".encode() in there.came[0]
