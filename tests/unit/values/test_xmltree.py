"""The strict parser refuses whatever could hurt (guarantee H01), and look-ups do not care for prefixes."""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from onapi.errors import Unreadable
from onapi.values.xmltree import all_local, find_local, local_name, namespace_of, parse_xml, text_of

PARTY = b"""<?xml version="1.0" encoding="UTF-8"?>
<a:Invoice xmlns:a="urn:a" xmlns:b="urn:b"><b:Party><b:ID>1</b:ID>
<b:Name> Jos\xc3\xa9<!-- x --> P\xc3\xa9rez </b:Name></b:Party>
<!-- no --><Party><ID>2</ID></Party></a:Invoice>"""

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))

HOSTILE: dict[str, Callable[[], bytes]] = {
    "doctype": lambda: b"<!DOCTYPE a><a/>",
    "doctype after a comment": lambda: b"<!-- <a --><!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
    "file entity": lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "http entity": lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><a>&x;</a>',
    "parameter entity": lambda: b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><a/>',
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{_LAUGHS}]><a>&l8;</a>'.encode,
    "quadratic": lambda: b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 50_000 + b'">]><a>' + b"&x;" * 50_000 + b"</a>",
    "external DTD": lambda: b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
    "UTF-16": lambda: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    "UTF-16 without mark": lambda: "<!DOCTYPE a><a/>".encode("utf-16-le"),
    "UTF-7": lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
    "EBCDIC": lambda: '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"),
    "unknown encoding": lambda: b'<?xml version="1.0" encoding="klingon"?><a/>',
    "undefined entity": lambda: b"<a>&nada;</a>",
    "NUL": lambda: b"<a>\0</a>",
    "wrong UTF-8": lambda: b"<a>\xff\xfe</a>",
    "two roots": lambda: b"<a/><b/>",
    "cut": lambda: b"<a><b>",
    "HTML": lambda: b"<html><br></html>",
    "text": lambda: b"en mantenimiento",
    "empty": lambda: b"  \n",
    "deep": lambda: b"<a>" * 101 + b"</a>" * 101,
    "very deep": lambda: b"<a>" * 100_000 + b"</a>" * 100_000,
    "a million siblings": lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
    "100,001 elements": lambda: b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "a million attributes": lambda: b"<a " + b" ".join(b'a%d=""' % n for n in range(700_000)) + b"/>",
    "one huge attribute": lambda: b'<a b="' + b"x" * 10_400_000 + b'"/>',
    "one huge name": lambda: b"<" + b"x" * 2_000_000 + b"/>",
    "too large": lambda: b"<a>" + b"x" * (10 * 1024 * 1024) + b"</a>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_is_refused_quickly(case: str) -> None:
    data = HOSTILE[case]()
    started = process_time()
    with pytest.raises(Unreadable) as caught:
        parse_xml(data)
    assert process_time() - started < 0.5
    assert caught.value.key == "malformed_xml"
    assert str(caught.value).endswith(".")


def test_includes_bases_and_stylesheets_are_only_text(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<secreto/>")
    root = parse_xml(
        f"""<?xml-stylesheet href="{secret.as_uri()}"?><a xml:base="{tmp_path.as_uri()}/"
        xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="secret"/></a>""".encode()
    )
    assert find_local(root, "secreto") is None
    assert local_name(root[0]) == "include"


@pytest.mark.parametrize(
    "data",
    [
        b"<a>\xc3\xb1</a>",
        b"\xef\xbb\xbf<a>\xc3\xb1</a>",
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xf1</a>',
        b"<?xml version='1.0' encoding='windows-1252'?><a>\xf1</a>",
        b"<a><![CDATA[\xc3\xb1]]></a>",
    ],
)
def test_what_peru_writes_is_read(data: bytes) -> None:
    assert text_of(parse_xml(data)) == "ñ"


def test_as_much_as_allowed_is_read() -> None:
    assert len(parse_xml(b"<a>" + b"<b/>" * 99_999 + b"</a>")) == 99_999
    assert parse_xml(b"<a>" * 100 + b"</a>" * 100) is not None


def test_the_limit_can_be_smaller() -> None:
    with pytest.raises(Unreadable, match="máximo de 3 bytes"):
        parse_xml(b"<a/>", limit_bytes=3)


def test_names_and_texts_are_found_without_prefixes() -> None:
    root = parse_xml(PARTY)
    assert (local_name(root), namespace_of(root)) == ("Invoice", "urn:a")
    assert [text_of(each) for each in all_local(root, "Party/ID")] == ["1", "2"]
    assert text_of(root, "Party/Name") == "José Pérez"
    assert text_of(root, "Party/Nothing") == ""
    assert find_local(root, "Nothing/ID") is None
    assert namespace_of(root[-1]) == ""
    assert local_name(root[1]) == ""  # the comment
