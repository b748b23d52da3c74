"""WhatsApp by the Cloud API: what goes out, what an answer comes to, and that nothing goes twice."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest
from graph_server import GraphServer, Say, graph_at, graph_server

from onapi.facts.table import read
from onapi.gateways.channels.channel import Handover, Paper, Parcel, Standing, Template
from onapi.gateways.channels.graph import Graph
from onapi.gateways.channels.whatsapp import WhatsappChannel, WhatsappSettings
from onapi.gateways.channels.whatsapp_parts import read_mark
from onapi.values.archive import zip_one

TOKEN = "EAA-canario-del-token"
SETTINGS = WhatsappSettings("106540352242922", TOKEN, app_secret="canario-del-secreto")
PDF = Paper("20000000001-01-F001-123.pdf", "application/pdf", b"%PDF-1.7 \xff\r\n--onapi\r\n")
XML = Paper("20000000001-01-F001-123.xml", "application/xml", "<Invoice>señal</Invoice>".encode())
CDR = Paper("R-20000000001-01-F001-123.zip", "application/zip", zip_one("R-20000000001-01-F001-123.xml", b"<Cdr/>"))
QR = Paper("20000000001-01-F001-123-qr.png", "image/png", b"\x89PNG")
PARCEL = Parcel("f2b7e9a0-4c55-4d3a-8f7e-2b9d0c1a7e55", ("+51987654321",), "Gracias por su compra", files=(PDF,))
ALL = replace(PARCEL, files=(PDF, XML, CDR))


@pytest.fixture
def server() -> Iterator[GraphServer]:
    """Says yes."""
    with graph_server() as found:
        yield found


@pytest.fixture
def graph(server: GraphServer) -> Iterator[Graph]:
    """A client of it."""
    with graph_at(server.url) as found:
        yield found


@pytest.fixture
def channel(graph: Graph) -> WhatsappChannel:
    """A company's."""
    return WhatsappChannel(SETTINGS, graph, ruc="20000000001")


def test_a_document_goes_up_and_out(channel: WhatsappChannel, server: GraphServer) -> None:
    assert channel.send(PARCEL) == Handover(Standing.SENT, "whatsapp-cloud", "wamid.2=")
    up, out = server.came
    assert up.path == "/v25.0/106540352242922/media"
    assert out.path == "/v25.0/106540352242922/messages"
    assert {each.headers["authorization"] for each in server.came} == {f"Bearer {TOKEN}"}
    assert up.form["messaging_product"][2] == b"whatsapp"
    assert up.form["type"][2] == b"application/pdf"
    assert up.form["file"] == (PDF.name, "application/pdf", PDF.content)
    assert out.told == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+51987654321",
        "type": "document",
        "document": {"id": "1000", "filename": PDF.name, "caption": "Gracias por su compra"},
        "biz_opaque_callback_data": f"onapi:20000000001:{PARCEL.id}:1/1",
    }


def test_several_files_are_several_messages_each_with_its_mark(channel: WhatsappChannel, server: GraphServer) -> None:
    """XML and ZIP are none of Meta's types: the one goes as text, of the other what is in it."""
    assert channel.send(ALL).provider_id == "wamid.6="  # the last one's
    assert server.paths == ["media"] * 3 + ["messages"] * 3
    assert [each.form["type"][2] for each in server.came[:3]] == [b"application/pdf", b"text/plain", b"text/plain"]
    assert server.came[2].form["file"][2] == b"<Cdr/>"
    told = [each.told for each in server.came[3:]]
    names = [each["document"]["filename"] for each in told]
    assert names == [PDF.name, XML.name, "R-20000000001-01-F001-123.xml"]
    assert ["caption" in each["document"] for each in told] == [True, False, False]
    marks = [read_mark(each["biz_opaque_callback_data"]) for each in told]
    assert [mark and (mark.message_id, mark.number, mark.of, mark.is_last) for mark in marks] == [
        (PARCEL.id, 1, 3, False),
        (PARCEL.id, 2, 3, False),
        (PARCEL.id, 3, 3, True),
    ]


def test_a_picture(channel: WhatsappChannel, server: GraphServer) -> None:
    channel.send(replace(PARCEL, text=" ", files=(QR,)))
    assert (server.came[1].told["type"], server.came[1].told["image"]) == ("image", {"id": "1000"})


def test_a_text_with_a_link(channel: WhatsappChannel, server: GraphServer) -> None:
    text = "Su factura: https://onapi.example/integrator/api/v1/files/abc"
    channel.send(replace(PARCEL, text=text, files=()))
    assert server.came[0].told["text"] == {"body": text, "preview_url": True}


def test_a_caption_that_is_too_long_goes_before_its_file(channel: WhatsappChannel, server: GraphServer) -> None:
    channel.send(replace(PARCEL, text="ñ" * 1025))
    assert [each.told["type"] for each in server.came[1:]] == ["text", "document"]


def test_a_template_with_a_document_in_its_header(channel: WhatsappChannel, server: GraphServer) -> None:
    template = Template("comprobante", "es_PE", ("Ana\n\tPaz", "F001-123", "  "))
    channel.send(replace(ALL, files=(XML, PDF), template=template))
    out, after = (each.told for each in server.came[2:])
    assert (out["type"], after["type"]) == ("template", "document")
    assert out["template"] == {
        "name": "comprobante",
        "language": {"code": "es_PE"},
        "components": [
            {
                "type": "header",
                "parameters": [{"type": "document", "document": {"id": "1000", "filename": PDF.name}}],
            },
            {
                "type": "body",
                "parameters": [{"type": "text", "text": text} for text in ("Ana Paz", "F001-123", "-")],
            },
        ],
    }


def test_the_usual_template_goes_with_a_pdf_and_says_what_the_message_does(graph: Graph, server: GraphServer) -> None:
    usual = WhatsappChannel(replace(SETTINGS, template="factura", template_variables=("sender", "subject")), graph)
    parcel = replace(PARCEL, subject="Factura F001-123", sender_name="Empresa S.A.C.")
    usual.send(parcel)
    usual.send(replace(parcel, template=Template("otra", "es")))
    usual.send(replace(parcel, files=(QR,)))
    usual.send(replace(parcel, files=()))
    out = [each.told for each in server.came if each.path.endswith("messages")]
    variables = [each["text"] for each in out[0]["template"]["components"][1]["parameters"]]
    assert variables == ["Empresa S.A.C.", "Factura F001-123"]
    assert out[1]["template"]["name"] == "otra"
    assert [each["type"] for each in out[2:]] == ["image", "text"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"to": ()}, "un solo teléfono"),
        ({"to": ("+51987654321", "+51987654322")}, "un solo teléfono"),
        ({"to": ("+0151987654321",)}, "un solo teléfono"),
        ({"to": ("+51987654321\r\nX: y",)}, "un solo teléfono"),
        ({"files": (), "text": " \n"}, "no tiene texto ni archivos"),
        ({"files": (), "text": "x" * 4097}, "4096"),
        ({"files": (Paper("a.exe", "application/x-msdownload", b"MZ"),)}, "no admite archivos de tipo"),
        ({"files": (Paper("a.zip", "application/zip", b"PK"),)}, "no admite archivos ZIP"),
        ({"files": (Paper("a.png", "image/png", b"x" * (5 * 1024**2 + 1)),)}, "hasta 5 MiB"),
        ({"files": (Paper("a.pdf", "application/pdf", b""),)}, "no vacíos"),
        ({"template": Template("Comprobante Mío", "es")}, "minúsculas"),
        ({"template": Template("comprobante", "español")}, "idioma"),
    ],
)
def test_what_whatsapp_would_never_take_does_not_leave(
    channel: WhatsappChannel, server: GraphServer, change: dict[str, Any], says: str
) -> None:
    found = channel.send(replace(PARCEL, **change))
    assert (found.standing, server.came) == (Standing.FAILED, [])
    assert says in found.words


@pytest.mark.parametrize("row", read("whatsapp_errors.tsv").rows, ids=lambda row: row[0])
def test_each_code_comes_to_what_the_table_says(
    channel: WhatsappChannel, server: GraphServer, row: tuple[str, ...]
) -> None:
    first, _, outcome, wait_s, sentence = row
    server.next = [Say.error(int(first), error_subcode=2494055, error_data={"details": "so\nit is"})]
    found = channel.send(replace(PARCEL, files=()))
    is_over = outcome in {"final", "window"}
    assert found.standing == (Standing.FAILED if is_over else Standing.QUEUED)
    assert found.wait_s == (0 if is_over else float(wait_s))
    assert (found.code, found.words) == (first, f"{sentence} (Meta: so it is)")


def test_outside_the_window_it_says_what_to_do(channel: WhatsappChannel, server: GraphServer) -> None:
    server.next = [Say.error(131047)]
    assert "Envíelo con una plantilla aprobada (campo template)" in channel.send(replace(PARCEL, files=())).words


@pytest.mark.parametrize(
    ("say", "standing", "wait_s"),
    [
        (Say.error(130429, 429, wait="120"), Standing.QUEUED, 120),
        (Say.error(130429, 429, wait="1"), Standing.QUEUED, 30),  # not sooner than the table says
        (Say(429, b"", (("Retry-After", "77"),)), Standing.QUEUED, 77),
        (Say(429, b"", (("Retry-After", "soon"),)), Standing.QUEUED, 30),
        (Say(503, b"<html>"), Standing.QUEUED, 30),
        (Say(500, b"{" * 10_000), Standing.QUEUED, 30),
        (Say(200, b""), Standing.QUEUED, 30),
        (Say(200, b'{"messages": [{"id": "with blanks"}]}'), Standing.QUEUED, 30),
        (Say(200, b'{"messages": {"id": "x"}}'), Standing.QUEUED, 30),
        (Say(302, b"", (("Location", "http://127.0.0.1:1/"),)), Standing.QUEUED, 30),
        (Say(401, b""), Standing.QUEUED, 30),
        (Say(400, b""), Standing.FAILED, 0),
        (Say(404, b'{"error": "no"}'), Standing.FAILED, 0),
        (Say.error(987654), Standing.FAILED, 0),
        (Say.error(987654, is_transient=True), Standing.QUEUED, 30),
        (Say(400, b'{"error": {"code": true, "message": 7, "error_data": []}}'), Standing.FAILED, 0),
    ],
)
def test_whatever_is_answered_comes_to_something(
    channel: WhatsappChannel, server: GraphServer, say: Say, standing: Standing, wait_s: float
) -> None:
    server.next = [say]
    found = channel.send(replace(PARCEL, files=()))
    assert (found.standing, found.wait_s) == (standing, wait_s)
    assert found.words


def test_the_next_attempt_sends_what_is_left_and_uploads_nothing_again(
    channel: WhatsappChannel, server: GraphServer
) -> None:
    server.next = [None, None, Say(503, b"")]  # the third upload: nothing of it has reached the person
    assert channel.send(ALL).standing is Standing.QUEUED
    assert server.paths == ["media"] * 3
    server.came.clear()
    server.next = [None, None, Say(503, b"")]  # then the second message
    assert channel.send(ALL).standing is Standing.QUEUED
    assert server.paths == ["media", "messages", "messages"]
    server.came.clear()
    assert channel.send(ALL).standing is Standing.SENT
    assert [each.told["document"]["filename"] for each in server.came] == [XML.name, "R-20000000001-01-F001-123.xml"]
    assert channel.send(ALL).standing is Standing.SENT  # what is done with is not remembered: whoever asks, sends
    assert server.paths == ["messages"] * 5


def test_a_file_that_meta_has_lost_goes_up_again_once(channel: WhatsappChannel, server: GraphServer) -> None:
    channel.send(PARCEL)
    server.next = [Say.error(131009)]
    assert channel.send(replace(PARCEL, id="b")).standing is Standing.QUEUED
    server.came.clear()
    server.next = [None, Say.error(131009)]
    assert channel.send(replace(PARCEL, id="b")).standing is Standing.FAILED
    assert server.paths == ["media", "messages"]


def test_one_that_is_refused_fails_the_whole_and_says_what_went(channel: WhatsappChannel, server: GraphServer) -> None:
    server.next = [None, None, None, None, Say.error(131053)]
    found = channel.send(ALL)
    assert (found.standing, found.code, found.provider_id) == (Standing.FAILED, "131053", "")
    assert found.words.endswith(f"Sí se envió: {PDF.name}.")


def test_no_answer_in_time_is_tried_again(graph: Graph, server: GraphServer) -> None:
    """All of an attempt ends before its worker is taken for dead."""
    hurry = chain([0.0], repeat(74.7))
    server.next = [Say(200, b"{}", wait_s=5)]
    found = WhatsappChannel(SETTINGS, graph, monotonic=lambda: next(hurry)).send(replace(PARCEL, files=()))
    assert (found.standing, found.words) == (Standing.QUEUED, "WhatsApp no respondió a tiempo.")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with graph_at(f"http://127.0.0.1:{port}") as graph:
        found = WhatsappChannel(SETTINGS, graph).send(PARCEL)
        assert (found.standing, found.words) == (Standing.QUEUED, "No hubo conexión con WhatsApp.")
        graph.close()
        assert WhatsappChannel(SETTINGS, graph).send(PARCEL).words == "El programa está terminando."


def test_the_token_is_told_to_nobody_but_meta(
    channel: WhatsappChannel, server: GraphServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"details": f"Malformed access token {TOKEN} of +51 987654321 and 51987654321"}
    server.next = [Say.error(190, 401, error_data=echo)]
    found = channel.send(PARCEL)
    shown = f"{found!r}{SETTINGS!r}{PARCEL.files!r}{caplog.text}"
    assert TOKEN not in shown
    assert "canario-del-secreto" not in shown
    assert "987654321" not in found.words


def test_names_of_files_cannot_write_headers(channel: WhatsappChannel, server: GraphServer) -> None:
    wicked = Paper('a"; x="\r\nX-Evil: 1\r\n\r\n\x00' + "ñ" * 300 + ".pdf", "application/pdf", b"%PDF")
    channel.send(replace(PARCEL, files=(wicked,)))
    assert set(server.came[0].form) == {"messaging_product", "type", "file"}
    assert server.came[0].form["file"][2] == b"%PDF"
    name = server.came[1].told["document"]["filename"]
    assert name.endswith("ñ.pdf")
    assert name.isprintable()
    assert len(name) == 240
