"""Forms are read whole or not at all, in memory, and nothing is left open of one that breaks off."""

import gc

import pytest

from onapi.api.multipart import parts_of
from onapi.errors import InvalidDocument, OnapiError, Unreadable

FORM = "multipart/form-data; boundary=B"
FILE = b'--B\r\nContent-Disposition: form-data; name="xml"; filename="a.xml"\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n'
FIELD = b'--B\r\ncontent-disposition: form-data; name="ru\xc3\xb1o"\r\n\r\n\xff\x00\r\n--\r\n'
END = b"--B--\r\n"


def test_files_and_fields_come_as_bytes_by_name() -> None:
    assert parts_of(FILE + FIELD + END, FORM) == {"xml": b"<a/>", "ruño": b"\xff\x00\r\n--"}
    assert parts_of(FILE + END + b"whatever follows", FORM) == {"xml": b"<a/>"}
    assert parts_of(
        b'--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n--a b--\r\n', 'x/y; boundary="a b"'
    ) == {"x": b""}


def test_one_that_breaks_off_is_none_and_leaves_nothing_open() -> None:
    for most in range(1, len(FILE + FIELD + END) - 2):
        with pytest.raises(Unreadable) as caught:
            parts_of((FILE + FIELD + END)[:most], FORM)
        assert caught.value.key == "malformed_request", most
    gc.collect()  # what was left open would be told now, and a warning is an error


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (FILE + END, "multipart/form-data", Unreadable),
        (FILE + END, "multipart/form-data; boundary=C", Unreadable),
        (FILE + END, f"multipart/form-data; boundary={'B' * 300}", Unreadable),
        (FILE + FILE + END, FORM, InvalidDocument),
        (b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, FORM, Unreadable),
        (b"--B\r\n\r\nx\r\n" + END, FORM, Unreadable),
        (b"--B\r\nA b: c\r\n\r\nx\r\n" + END, FORM, Unreadable),
        (b"".join(FILE.replace(b"xml", b"x%d" % n, 1) for n in range(25)) + END, FORM, Unreadable),
    ],
    ids=["no boundary", "another", "a long one", "twice", "no name", "no header", "no name of a header", "many"],
)
def test_what_is_no_form_of_ours_is_refused(body: bytes, kind: str, error: type[OnapiError]) -> None:
    with pytest.raises(error):
        parts_of(body, kind)
