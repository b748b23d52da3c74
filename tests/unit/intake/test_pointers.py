"""Places in our model, told in the caller's own words."""

import pytest

from onapi.intake.pointers import json_pointer
from onapi.kinds.sale.rules import BOLETA_RULES, FACTURA_RULES


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
        ("discounts[1].code", "/document/descuentos/1/codTipo"),
        ("surcharges[0].amount", "/document/cargos/0/monto"),
        ("payment.instalments", "/document/cuotas"),
    ],
)
def test_a_pointer(path: str, pointer: str) -> None:
    assert json_pointer(path, "/document") == pointer


def test_every_rule_stands_somewhere_in_the_vocabulary() -> None:
    for rule in (*FACTURA_RULES, *BOLETA_RULES):
        path = f"{rule.over}[0].{rule.path}" if rule.over else rule.path
        assert not {".", "_", "["} & set(json_pointer(path, "")), rule
