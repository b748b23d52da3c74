"""Places in our model, told in the caller's own words."""

import pytest

from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/document/x", "/document/x"),
        ("id.series", "/document/serie"),
        ("customer.id_number", "/document/client/numDoc"),
        ("totals.payable", "/document/mtoImpVenta"),
        ("totals.taxed", "/document/mtoOperGravadas"),
        ("lines", "/document/details"),
        ("lines[3]", "/document/details/3"),
        ("lines[3].amounts.igv", "/document/details/3/igv"),
        ("lines[3].net", "/document/details/3/mtoValorVenta"),
        ("lines[3].discounts[1].code", "/document/details/3/descuentos/1/codTipo"),
        ("lines[3].nothing.known", "/document/details/3"),
        ("discounts[1].code", "/document/descuentos/1/codTipo"),
        ("surcharges[0].amount", "/document/cargos/0/monto"),
        ("payment.instalments", "/document/cuotas"),
        ("nothing.known", "/document"),
    ],
)
def test_a_pointer(path: str, pointer: str) -> None:
    assert VOCABULARIES["01"].pointer(path, "/document") == pointer


@pytest.mark.parametrize("doctype", KINDS)
def test_every_rule_stands_somewhere_in_the_vocabulary(doctype: str) -> None:
    known = {field.path for field in VOCABULARIES[doctype].fields}
    for rule in KINDS[doctype].rules:
        path = f"{rule.over}[].{rule.path}".rstrip(".") if rule.over else rule.path
        assert path.replace("[0]", "[]") in known, rule


@pytest.mark.parametrize("doctype", KINDS)
def test_every_field_is_told(doctype: str) -> None:
    fields = VOCABULARIES[doctype].fields
    paths = [field.path for field in fields if field.path]
    assert len(paths) == len(set(paths))
    assert all(field.text and field.need in "RCO" for field in fields)
