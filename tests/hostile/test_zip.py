"""Hostile ZIP files through every door that takes one: nothing comes out of them, little is spent (guarantee H03)."""

from functools import partial

import hostile_doors as doors
import pytest
from hostile_measure import measured
from hostile_zip import CORRUPT, DANGEROUS, PASSING, zipped

NESTED = {
    "a ZIP in a ZIP": lambda: zipped(("a.xml", zipped(("b.xml", doors.factura())))),
    "a ZIP in a ZIP by its name": lambda: zipped(("a.zip", zipped(("b.xml", doors.factura())))),
    "its name twice": lambda: zipped(("a.xml", doors.factura()), ("b.xml", b"<a/>")).replace(b"b.xml", b"a.xml"),
    "two files": lambda: zipped(("a.xml", doors.factura()), ("b.xml", doors.factura())),
    "an XML that means harm": lambda: zipped(
        ("a.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    ),
}
HOSTILE = {**DANGEROUS, **CORRUPT, **NESTED}
NAME = f"{doors.RUC}-01-F001-1.xml"


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_comes_out_of_a_hostile_zip(name: str) -> None:
    data = HOSTILE[name]()
    for task, *first in (
        (doors.sent,),
        (partial(doors.stored, verify="off"),),
        (partial(doors.stored_cdr, verify="strict"), doors.factura()),
        (doors.answered,),
    ):
        found = measured(task, *first, data)
        assert found.is_refused, (name, task, found)
        assert found.is_modest, (name, task, found)


@pytest.mark.parametrize("name", PASSING)
def test_what_sunat_really_sends_passes(name: str) -> None:
    for task, *first, content, called in (
        (doors.sent, doors.factura(), NAME),
        (partial(doors.stored, verify="strict"), doors.factura(), NAME),
        (partial(doors.stored_cdr, verify="strict"), doors.factura(), doors.constancy(), f"R-{NAME}"),
        (doors.answered, doors.constancy(), f"R-{NAME}"),
    ):
        found = measured(task, *first, PASSING[name](content, called))
        assert not found.is_refused, (name, task, found.said)
        assert found.is_modest, (name, task, found)
