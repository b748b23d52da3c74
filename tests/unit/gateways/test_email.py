"""Mail handed to real servers on this machine: what they took, and what is made of every way in which they do not."""

import socket
import ssl
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what stands beside these, in any import mode

from mail_servers import NAME, PASSWORD, USER, Box, authority, mail_server, says, scripted

from onapi.gateways.channels import email as email_file
from onapi.gateways.channels.channel import Paper, Parcel, Standing
from onapi.gateways.channels.email import EmailChannel, MailAccount, Reach, Security

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
HERE = Reach(local=True)
ID = "0192f0a1-0000-7000-8000-00000000abcd"
PARCEL = Parcel(
    ID,
    ("compras@cliente.example",),
    "Le enviamos la factura F001-123.\n.\nDesde un punto.",
    subject="Factura F001-123 · Peña & Cía.",
    html='<p>Le enviamos la factura <img src="cid:logo.png"> F001-123 señor</p>',
    sender_name="Peña, Hijos & Cía. S.A.C.",
    files=(
        Paper("logo.png", "image/png", b"\x89PNG logo"),
        Paper("20000000001-01-F001-123.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)) * 400),
        Paper("señal ñandú ☂ y un nombre muy largo que no cabe en una línea.xml", "application/xml", b"<a/>"),
    ),
)  # fmt: skip


def channel(port: int, security: Security = Security.NONE, **more: Any) -> EmailChannel:
    account = MailAccount(NAME, port, security, "ventas@empresa.example", "Empresa", "cobros@empresa.example")
    if "user" in more:
        account = replace(account, user=more.pop("user"), password=more.pop("password", PASSWORD))
    given = {"reach": HERE, "resolve": lambda _host, _port: ["127.0.0.1"], "within_s": 5.0, **more}
    return EmailChannel(account, lambda: NOW, **given)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def port(box: Box) -> Iterator[int]:
    """A server that takes everything, without TLS."""
    with mail_server(box) as found:
        yield found


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return authority(tmp_path_factory.mktemp("keys"))


def test_a_message_is_taken_and_reads_as_it_was_written(box: Box, port: int) -> None:
    told = channel(port).send(replace(PARCEL, cc=("Jefe@Cliente.Example",), bcc=("archivo@empresa.example",)))
    assert (told.standing, told.provider, told.code) == (Standing.SENT, "smtp", "250")
    assert "queued as 4ABC" in told.words
    assert told.provider_id == f"<{ID}@empresa.example>"
    assert box.letters[0].mail_from == "ventas@empresa.example"
    assert box.letters[0].rcpt_tos == ["compras@cliente.example", "Jefe@cliente.example", "archivo@empresa.example"]
    read = box.message()
    assert read["Message-ID"] == told.provider_id
    assert read["Subject"] == PARCEL.subject
    assert [(x.display_name, x.addr_spec) for x in read["From"].addresses] == [
        ("Peña, Hijos & Cía. S.A.C.", "ventas@empresa.example")
    ]
    assert (str(read["To"]), str(read["Cc"]), read["Bcc"]) == ("compras@cliente.example", "Jefe@cliente.example", None)
    assert read["Reply-To"] == "cobros@empresa.example"
    assert read["Date"].datetime == NOW
    assert read["Auto-Submitted"] == "auto-generated"
    plain, rich = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == PARCEL.text
    assert rich.get_content().strip() == PARCEL.html
    files = {each.get_filename(): each.get_content() for each in read.iter_attachments()}
    assert files[PARCEL.files[1].name] == PARCEL.files[1].content
    assert files[PARCEL.files[2].name] == b"<a/>"
    assert "logo.png" not in files
    inside = next(each for each in read.walk() if each["Content-ID"])
    assert (inside["Content-ID"], inside.get_content()) == ("<logo.png>", b"\x89PNG logo")
    assert [defect for each in read.walk() for defect in each.defects] == []
    whole = box.letters[0].content
    assert whole is not None
    raw = whole if isinstance(whole, bytes) else whole.encode()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_same_message_is_the_same_bytes(box: Box, port: int) -> None:
    for _ in range(2):
        channel(port).send(PARCEL)
    assert box.letters[0].content == box.letters[1].content
    channel(port).send(replace(PARCEL, id="otra cosa\r\nX-Mala: 1"))
    assert box.message()["X-Mala"] is None
    assert len(box.message()["Message-ID"]) == len("<>@empresa.example") + 64


@pytest.mark.parametrize("implicit", [True, False])
def test_encrypted_and_signed_in(box: Box, keys: tuple[ssl.SSLContext, ssl.SSLContext], implicit: bool) -> None:  # noqa: FBT001  of a parameter
    server, trust = keys
    more = {"authenticator": box.authenticate, "auth_require_tls": not implicit, "require_starttls": not implicit}
    way = Security.TLS if implicit else Security.STARTTLS
    with mail_server(box, trust=server, implicit=implicit, **more) as port:
        told = channel(port, way, trust=trust, user=USER).send(PARCEL)
        assert told.standing is Standing.SENT, told
        assert box.users == [USER.encode()]
        wrong = channel(port, way, trust=trust, user=USER, password="otra").send(PARCEL)
        assert (wrong.standing, wrong.code) == (Standing.FAILED, "535")
        login = channel(port, way, trust=trust, user=USER)
        if implicit:
            assert login.send(PARCEL).standing is Standing.SENT
    assert box.message()["Subject"] == PARCEL.subject


def test_sign_in_by_login(box: Box) -> None:
    more: dict[str, Any] = {
        "authenticator": box.authenticate,
        "auth_require_tls": False,
        "auth_exclude_mechanism": ["PLAIN"],
    }
    with mail_server(box, **more) as port:
        assert channel(port, user=USER).send(PARCEL).standing is Standing.SENT
        assert box.users == [USER.encode()]
    with mail_server(box, **{**more, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}) as port:
        told = channel(port, user=USER).send(PARCEL)
        assert (told.standing, told.words) == (Standing.FAILED, email_file._NO_SIGN_IN)


@pytest.mark.parametrize("way", [Security.TLS, Security.STARTTLS])
def test_whoever_cannot_prove_who_he_is_hears_nothing(
    box: Box, keys: tuple[ssl.SSLContext, ssl.SSLContext], tmp_path: Path, way: Security
) -> None:
    server, trust = keys
    implicit = way is Security.TLS
    others = (authority(tmp_path, "otro.ejemplo.pe"), authority(tmp_path, NAME, days=-1))
    with mail_server(box, trust=server, implicit=implicit) as port:
        told = channel(port, way).send(PARCEL)  # signed by nobody whom this machine knows
        assert (told.standing, told.words) == (
            Standing.QUEUED,
            "No se pudo comprobar la identidad del servidor de correo (TLS).",
        )
    for other, knows in others:  # of another name; past its end
        with mail_server(box, trust=other, implicit=implicit) as port:
            assert channel(port, way, trust=knows).send(PARCEL).standing is Standing.QUEUED
    assert trust is not None
    assert box.letters == []


def test_nothing_is_said_where_starttls_is_not_offered(box: Box, port: int) -> None:
    told = channel(port, Security.STARTTLS, user=USER).send(PARCEL)
    assert (told.standing, told.words) == (Standing.QUEUED, email_file._NO_TLS)
    assert (box.options, box.users) == ([], [])


def test_what_came_before_the_lock_is_not_believed(keys: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """A man in between answers what is asked behind the lock beforehand: that nothing beyond a byte is taken."""
    server, trust = keys

    def script(plain: socket.socket) -> None:
        plain.settimeout(5)
        plain.sendall(b"220 hola\r\n")
        for answer in (b"250-a\r\n250 STARTTLS\r\n", b"220 listo\r\n250-a\r\n250 SIZE 1\r\n"):
            plain.recv(65536)
            plain.sendall(answer)
        with server.wrap_socket(plain, server_side=True) as line:
            for answer in (b"250 a\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 diga\r\n", b"250 tomado\r\n"):
                line.recv(65536)
                line.sendall(answer)

    with scripted(script) as port:
        told = channel(port, Security.STARTTLS, trust=trust).send(replace(PARCEL, files=()))
    assert (told.standing, told.words) == (Standing.SENT, "tomado")


def test_an_answer_without_end_is_cut_short() -> None:
    def endless(line: socket.socket) -> None:
        while True:
            line.sendall(b"220-mas\r\n" * 500)

    begun = time.monotonic()
    with scripted(endless) as port:
        told = channel(port).send(PARCEL)
    assert (told.standing, told.words) == (Standing.QUEUED, email_file._CUT)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("answer", "standing"),
    [
        ("450 4.7.1 Greylisted, vuelva luego", Standing.QUEUED),
        ("421 4.3.0 Cerrando", Standing.QUEUED),
        ("550 5.1.1 No existe", Standing.FAILED),
        ("552 5.3.4 Demasiado grande", Standing.FAILED),
    ],
)
@pytest.mark.parametrize("where", ["sender", "receiver", "letter"])
def test_what_the_server_says_decides(box: Box, port: int, answer: str, standing: Standing, where: str) -> None:
    if where == "sender":
        box.to_sender = answer
    elif where == "receiver":
        box.to_receivers = {PARCEL.to[0]: answer}
    else:
        box.to_letter = answer
    told = channel(port).send(PARCEL)
    assert (told.standing, told.code, told.words) == (standing, answer[:3], answer[4:])
    assert told.refused == (PARCEL.to if where == "receiver" else ())
    assert told.provider_id == ""


def test_of_several_those_that_it_did_not_take_are_named(box: Box, port: int) -> None:
    box.to_receivers = {"no@cliente.example": "550 5.1.1 No existe", "luego@cliente.example": "451 4.2.1 Luego"}
    several = replace(
        PARCEL, to=("no@cliente.example", "si@cliente.example"), cc=("luego@cliente.example", "mal@", "x@y")
    )
    told = channel(port).send(several)
    assert told.standing is Standing.SENT
    assert told.refused == ("mal@", "x@y", "no@cliente.example", "luego@cliente.example")
    assert (told.code, told.words) == ("550", "5.1.1 No existe")
    assert box.letters[0].rcpt_tos == ["si@cliente.example"]
    nobody = channel(port).send(replace(several, to=("no@cliente.example",), cc=("luego@cliente.example",)))
    assert (nobody.standing, nobody.code) == (Standing.QUEUED, "451")
    assert nobody.refused == ("no@cliente.example", "luego@cliente.example")
    assert channel(port).send(replace(PARCEL, to=("mal",))).standing is Standing.FAILED
    assert len(box.letters) == 1


GARBAGE = (
    *(
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x00\xff\xfe\r\n",
        b"hola\r\n",
        b"999 x\r\n",
        b"-12 x\r\n",
        b"2_0 x\r\n",
    ),
    *(b"250-" * 40_000, b"220-mas\r\n" * 40_000, "220 ñ".encode(), b"220"),
)


@pytest.mark.parametrize("greeting", GARBAGE)
def test_a_greeting_that_is_none(greeting: bytes) -> None:
    with scripted(says(greeting)) as port:
        told = channel(port).send(PARCEL)
    assert told.standing is Standing.QUEUED
    assert 0 < len(told.words) <= 300


def test_a_greeting_that_turns_away() -> None:
    for greeting, standing in ((b"554 no\r\n", Standing.FAILED), (b"421 luego\r\n", Standing.QUEUED)):
        with scripted(says(greeting)) as port:
            told = channel(port).send(PARCEL)
        assert (told.standing, told.code) == (standing, greeting[:3].decode())


CONVERSATION = (
    b"220 hola\r\n",
    b"250-a\r\n250 DSN\r\n",
    b"250 ok\r\n",
    b"250 ok\r\n",
    b"354 diga\r\n",
    b"250 tomado\r\n",
)


@pytest.mark.parametrize("heard", range(1, len(CONVERSATION)))
@pytest.mark.parametrize("after", ["close", "silence"])
def test_a_line_that_breaks_off_or_falls_silent_anywhere(heard: int, after: str) -> None:
    begun = time.monotonic()
    with scripted(says(*CONVERSATION[:heard], after=after)) as port:
        told = channel(port, within_s=0.6).send(PARCEL)
    assert told.standing is Standing.QUEUED
    assert told.words
    assert time.monotonic() - begun < 3


def test_who_drips_gains_nothing() -> None:
    def drip(line: socket.socket) -> None:
        for _ in range(200):
            line.sendall(b"2")
            time.sleep(0.05)

    begun = time.monotonic()
    with scripted(drip) as port:
        told = channel(port, within_s=0.5).send(PARCEL)
        assert time.monotonic() - begun < 2
    assert (told.standing, told.words) == (Standing.QUEUED, "El servidor de correo no respondió a tiempo.")


@pytest.mark.parametrize("answer", [b"250 ya\r\n", b"200 ya\r\n", b"334 que\r\n"])
def test_a_server_that_does_not_want_to_hear_the_message_has_not_taken_it(answer: bytes) -> None:
    with scripted(says(*CONVERSATION[:4], answer)) as port:
        assert channel(port).send(PARCEL).standing is Standing.QUEUED


def test_a_secret_that_the_server_repeats_is_not_kept() -> None:
    told_back = f"535 clave {PASSWORD} no\u202e vale\x07 aqu\u00ed\r\n".encode()
    with scripted(says(b"220 hola\r\n", b"250-a\r\n250 AUTH PLAIN\r\n", told_back)) as port:
        told = channel(port, user=USER).send(PARCEL)
    assert (told.standing, told.words) == (Standing.FAILED, "clave […] no vale aquí")
    with scripted(says(b"220 hola\r\n", b"250-a\r\n250 AUTH PLAIN\r\n", b"535 " + b"x" * 5000 + b"\r\n")) as port:
        assert len(channel(port, user=USER).send(PARCEL).words) == 300


def test_size_is_told_before_and_after_it_is_asked(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(box, data_size_limit=50_000) as port:
        told = channel(port).send(PARCEL)
        assert (told.standing, told.code) == (Standing.FAILED, "552")
        assert told.words == "El mensaje pesa 0,2 MiB y el servidor de correo admite 0,1."
        monkeypatch.setattr(email_file, "MOST_BYTES", 20_000)
        assert channel(port).send(PARCEL).code == "552"
    assert box.options == []


def test_news_of_bounces_is_asked_where_it_is_offered() -> None:
    said: list[bytes] = []

    def listen(line: socket.socket) -> None:
        line.sendall(CONVERSATION[0])
        for answer in (*CONVERSATION[1:4], b"250 ok\r\n", *CONVERSATION[4:]):
            said.append(line.recv(65536))
            line.sendall(answer)
        while line.recv(65536):
            pass

    with scripted(listen) as port:
        told = channel(port).send(replace(PARCEL, files=(), cc=("a+b@cliente.example",)))
    assert told.standing is Standing.SENT
    assert said[1].split() == [
        b"mail",
        b"FROM:<ventas@empresa.example>",
        b"RET=HDRS",
        f"ENVID={ID}@empresa.example".encode(),
    ]
    assert said[3].split()[1:] == [
        b"TO:<a+b@cliente.example>",
        b"NOTIFY=FAILURE,DELAY",
        b"ORCPT=rfc822;a+2Bb@cliente.example",
    ]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "192.168.1.1"]
)
def test_a_company_reaches_nothing_of_ours(box: Box, port: int, address: str) -> None:
    told = channel(port, reach=Reach(), resolve=lambda _host, _port: ["93.184.216.34", address]).send(PARCEL)
    assert (told.standing, told.words) == (Standing.FAILED, email_file._NOT_PUBLIC)
    assert box.options == []


def test_without_tls_only_this_machine_unless_a_setting_says_so(port: int) -> None:
    asked: list[str] = []

    def far(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"]

    told = channel(port, resolve=far).send(PARCEL)
    assert (told.standing, told.words, asked) == (Standing.FAILED, email_file._PLAIN, [NAME])
    allowed = channel(port, reach=Reach(local=True, plain=True), resolve=far, within_s=0.2).send(PARCEL)
    assert allowed.standing is Standing.QUEUED
    assert channel(port, resolve=lambda _host, _port: []).send(PARCEL).words == email_file._NO_NAME


def test_the_next_address_of_a_name_is_tried(box: Box, port: int) -> None:
    found = channel(port, resolve=lambda _host, _port: ["127.0.0.77", "127.0.0.1"]).send(PARCEL)
    assert found.standing is Standing.SENT
    assert len(box.letters) == 1


ENDS = (
    "\r\n",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\x00",
    "\r\n ",
    "\n\t",
    "%0d%0a",
    "\\r\\n",
)
HEADS = ("Bcc: victima@x.pe", "X-Onapi-Mala: 1", "Content-Type: text/html", "\r\n<script>alert(1)</script>")
ODD = (
    *(
        "\ud800",
        "=?utf-8?B?DQpCY2M6IHhAeC5wZQ==?=",
        "\u202egnp.exe",
        "á" * 900,
        "x" * 5000,
        "👩‍👩‍👧" * 90,
        "",
        " ",
        "..",
        "\x7f",
    ),
    *(
        "=?",
        "?=",
        "a\\",
        'a"b',
        "a,b;c:d",
        "<>",
        "@",
        "=?utf-8?Q?=0D=0ABcc:_x=40x.pe?=",
        "( comentario",
        "\t",
        "a\x00b",
    ),
    *("\ufb01n", "\ufeffX", "\u200b", "N° 1 \u2013 ½", "名前", "\u0627" * 70, "x " * 300, "=" * 80, "_" * 80, "--=_"),
    *(".\r\n.", "\r\n.\r\nMAIL FROM:<a@b.pe>\r\n"),
)


def _payloads() -> Iterator[str]:
    for end in ENDS:
        for head in HEADS:
            yield f"Hola{end}{head}"
            yield f"=?utf-8?Q?Hola{end}{head}?="
            yield f'"Hola" <a@b.pe>{end}{head}'
    yield from ODD


PAYLOADS = list(_payloads())


def test_there_are_two_hundred_payloads() -> None:
    assert len(PAYLOADS) >= 200


def test_no_text_of_a_user_reaches_the_head(box: Box, port: int) -> None:
    """H10: 200 payloads in each field, none of which makes a header, a part or a receiver."""
    clean = channel(port)
    heads = set()
    for payload in PAYLOADS:
        files = (Paper(payload, payload, b"%PDF"),)
        told = clean.send(
            replace(PARCEL, subject=payload, text=payload, html=f"<p>{payload}", sender_name=payload, files=files)
        )
        assert told.standing is Standing.SENT
        read = box.message()
        heads.add(tuple(read.keys()))
        assert [x.addr_spec for x in read["From"].addresses] == ["ventas@empresa.example"], payload
        assert "Mala" not in str(read.keys())
        assert [each.get_content_type() for each in read.walk()][:4] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html"
        ]  # fmt: skip
        assert read.get_content_type() == "multipart/mixed"
        assert len([*read.walk()]) == 5
        assert read["Subject"].isprintable()
    assert len(heads) == 1
    assert all(each.rcpt_tos == list(PARCEL.to) for each in box.letters)
    for payload in PAYLOADS:
        told = clean.send(replace(PARCEL, to=(payload, "bien@x.pe"), reply_to=payload))
        assert (told.standing, told.refused) == (Standing.SENT, (payload,)), payload
        assert tuple(box.message().keys()) in heads
    assert all(each.rcpt_tos == ["bien@x.pe"] for each in box.letters[len(PAYLOADS) :])
