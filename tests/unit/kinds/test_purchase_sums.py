"""Liquidaciones de compra against SUNAT's own arithmetic, read from the XML by a judge that shares no code with us."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from onapi.intake.purchase import VOCABULARY
from onapi.intake.reader import Notes, Reader
from onapi.kinds.kind import TotalsMode
from onapi.kinds.purchase import LIQUIDACION
from onapi.rules.rule import Level
from onapi.values.identity import RUC
from onapi.values.moment import LIMA
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.xmltree import parse_xml

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=LIMA)
BUYER = Party(RUC, "20000000001", "EMPRESA DE PRUEBA S.A.C.", address=Address("AV. DEMO 123", "150101"))
LAW = Decimal("0.18")
BASE: Mapping[str, Any] = {
    "client": {
        "tipoDoc": "1",
        "numDoc": "45678912",
        "rznSocial": "JUAN QUISPE",
        "address": {"ubigeo": "080101", "direccion": "CHINCHERO S/N"},
    },
    "direccionEntrega": {"ubigeo": "080101", "direccion": "MERCADO"},
}


def _taken(document: Mapping[str, Any], mode: TotalsMode = TotalsMode.CHECK) -> tuple[Any, list[str]]:
    """The purchase, and the codes of everything wrong with it."""
    notes = Notes()
    receipt = ReceiptId(BUYER.id_number, "04", "L001", 1)
    form = VOCABULARY.read(Reader({**BASE, **document}, "/document", notes), receipt, True)  # noqa: FBT003 - as called
    purchase = LIQUIDACION.complete(form, BUYER, NOW, mode)
    found = (*notes.faults, *LIQUIDACION.faults(form, purchase, mode))
    return purchase, [fault.code for fault in found]


class _Sheet:
    """Rows 134 to 342 of SUNAT's sheet, on an XML."""

    def __init__(self, xml: str) -> None:
        self.root = parse_xml(xml.encode())
        self.lines = self._all("InvoiceLine")

    def _all(self, *steps: str, of: Any = None) -> list[Any]:
        path = "/".join(f"*[local-name()='{step}']" for step in steps)
        found: list[Any] = (self.root if of is None else of).xpath(path)
        return found

    def number(self, *steps: str, of: Any = None) -> Decimal:
        return sum((Decimal(x.text) for x in self._all(*steps, of=of)), Decimal(0))

    def tax(self, code: str, what: str, of: Any = None) -> Decimal:
        """TaxableAmount or TaxAmount of the subtotal of a tribute."""
        for sub in self._all("TaxTotal", "TaxSubtotal", of=of):
            if self._all("TaxCategory", "TaxScheme", "ID", of=sub)[0].text == code:
                return self.number(what, of=sub)
        return Decimal(0)

    def over(self, code: str, what: str) -> Decimal:
        return sum((self.tax(code, what, of=line) for line in self.lines), Decimal(0))

    def value(self, *codes: str) -> Decimal:
        """LineExtensionAmount of the lines with a base under one of these tributes."""
        return sum(
            (
                self.number("LineExtensionAmount", of=line)
                for line in self.lines
                if any(self.tax(code, "TaxableAmount", of=line) > 0 for code in codes)
            ),
            Decimal(0),
        )

    def less(self, code: str) -> Decimal:
        charges = self._all("AllowanceCharge")
        reasons = [self._all("AllowanceChargeReasonCode", of=x)[0].text for x in charges]
        amounts = (self.number("Amount", of=x) for x, reason in zip(charges, reasons, strict=True) if reason == code)
        return sum(amounts, Decimal(0))

    def expected(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Code of the rule: what stands, what it should be."""
        bases = self.over("1000", "TaxableAmount")
        payable, total = ("LegalMonetaryTotal", "PayableAmount"), ("LegalMonetaryTotal", "LineExtensionAmount")
        subtotal = self.number("LegalMonetaryTotal", "TaxInclusiveAmount")
        withheld = sum((self.over(code, "TaxAmount") for code in ("1000", "3000", "9999")), Decimal(0))
        prepaid = self.number("LegalMonetaryTotal", "PrepaidAmount")
        rounding = self.number("LegalMonetaryTotal", "PayableRoundingAmount")
        own = ("1000", "9999")
        return {
            "4299": (self.tax("1000", "TaxableAmount"), self.value("1000") - self.less("04")),
            "4290": (self.tax("1000", "TaxAmount"), (bases - self.less("04")) * LAW),
            "4297": (self.tax("9997", "TaxableAmount"), self.value("9997") - self.less("05")),
            "4296": (self.tax("9998", "TaxableAmount"), self.value("9998") - self.less("06")),
            "4298": (self.tax("9996", "TaxableAmount"), self.value("9996")),
            "4311": (self.tax("9996", "TaxAmount"), self.over("9996", "TaxAmount")),
            "4345": (self.tax("3000", "TaxableAmount"), self.value("3000")),
            "4346": (self.tax("3000", "TaxAmount"), self.over("3000", "TaxAmount") - self.less("61")),
            "4304": (self.tax("9999", "TaxableAmount"), self.over("9999", "TaxableAmount")),
            "4306": (self.tax("9999", "TaxAmount"), self.over("9999", "TaxAmount")),
            "4301": (self.number("TaxTotal", "TaxAmount"), sum((self.tax(x, "TaxAmount") for x in own), Decimal(0))),
            "4309": (self.number(*total), self.value("1000", "9997", "9998")),
            "4310": (subtotal, self.number(*total) + self.tax("9999", "TaxAmount") + bases * LAW),
            "4312": (self.number(*payable), subtotal - withheld - prepaid + rounding),
            "2509": (prepaid * 100, self.number("PrepaidPayment", "PaidAmount") * 100),
        }

    def expected_of(self, line: Any) -> dict[str, tuple[Decimal, Decimal]]:
        """The same for a line; the bases are asked for to the céntimo."""
        free = self.tax("9996", "TaxableAmount", of=line) > 0
        net, quantity = self.number("LineExtensionAmount", of=line), self.number("InvoicedQuantity", of=line)
        price = self.number("PricingReference", "AlternativeConditionPrice", "PriceAmount", of=line)
        taxes = self.number("TaxTotal", "TaxAmount", of=line)
        value = self.number("Price", "PriceAmount", of=line)
        main = next(x for x in ("1000", "9996", "9997", "9998") if self.tax(x, "TaxableAmount", of=line) > 0)
        found = {
            "4288": (net, (price if free else value) * quantity),
            "4293": (taxes, self.tax("1000", "TaxAmount", of=line) + self.tax("9999", "TaxAmount", of=line)),
            "4294": (self.tax(main, "TaxableAmount", of=line) * 1000, net * 1000),
            "3224": (Decimal(2) * (free and value > 0), Decimal(0)),
        }
        return found if free else {**found, "4287": (price, (net + taxes) / quantity)}

    def broken(self) -> list[str]:
        """The codes that SUNAT would answer with."""
        rows = [*self.expected().items(), *(row for line in self.lines for row in self.expected_of(line).items())]
        return [code for code, (stands, follows) in rows if abs(stands - follows) > 1]


money = st.decimals(min_value="0.05", max_value="90000", places=2)
line = st.fixed_dictionaries(
    {
        "descripcion": st.just("Chatarra"),
        "unidad": st.just("KGM"),
        "cantidad": st.decimals(min_value="0.5", max_value="5000", places=3),
        "tipAfeIgv": st.sampled_from(["10", "10", "20", "30"]),
    },
    optional={"porcentajeRenta": st.sampled_from(["1.5", "4", "0"]), "porcentajeOth": st.sampled_from(["2", "0.5"])},
).flatmap(
    lambda start: st.one_of(
        st.builds(lambda value: {**start, "mtoValorUnitario": str(value)}, money),
        st.builds(lambda price: {**start, "mtoPrecioUnitario": str(price)}, money),
        st.builds(
            lambda value, code: _free(start, value, code), money, st.sampled_from(["11", "15", "21", "31", "37"])
        ),
    )
)


def _free(start: dict[str, Any], value: Decimal, code: str) -> dict[str, Any]:
    return {**start, "tipAfeIgv": code, "mtoValorGratuito": str(value)}


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(line, min_size=1, max_size=30),
    renta=st.sampled_from([None, "1.5", "4"]),
    part=st.decimals(min_value=0, max_value="0.95", places=3),
    rounding=st.sampled_from(["0", "0.25", "-0.99"]),
)
def test_sunat_has_nothing_to_remark(
    lines: list[dict[str, Any]], renta: str | None, part: Decimal, rounding: str
) -> None:
    """Whatever is bought, and however much of it was paid in advance."""
    document: dict[str, Any] = {"details": lines, "porcentajeRenta": renta}
    paid = (_taken(document)[0].totals.payable * part).quantize(Decimal("0.01"))
    if paid >= 20:  # something is left to round
        document |= {"anticipos": [{"nroDocRel": "L001-9", "total": str(paid)}], "redondeo": rounding}
    purchase, codes = _taken(document)
    assert codes == []
    assert _Sheet(LIQUIDACION.build(purchase)).broken() == []


@settings(max_examples=30, deadline=None)
@given(lines=st.lists(line, min_size=1, max_size=8))
def test_what_we_computed_goes_in_again_unchanged(lines: list[dict[str, Any]]) -> None:
    purchase, _ = _taken({"details": lines, "porcentajeRenta": "1.5"})
    again, codes = _taken(VOCABULARY.write(purchase))
    assert codes == []
    assert LIQUIDACION.build(again) == LIQUIDACION.build(purchase)


def test_many_cents_that_round_alike_do_not_pile_up() -> None:
    """900 lines of 0.03 have 0.0054 of IGV each: as 0.01 they would make 4.14 too much."""
    lines = [{"descripcion": "x", "unidad": "KGM", "cantidad": 1, "mtoValorUnitario": "0.03"}] * 900
    purchase, codes = _taken({"details": lines})
    assert codes == []
    assert _Sheet(LIQUIDACION.build(purchase)).broken() == []
    assert purchase.totals.igv == Decimal("4.86")


def test_the_judge_of_this_file_sees_what_is_wrong() -> None:
    purchase, _ = _taken({"details": [{"descripcion": "x", "cantidad": 10, "mtoValorUnitario": 10}]})
    xml = LIQUIDACION.build(purchase)
    wrong = xml.replace('<cbc:PayableAmount currencyID="PEN">100.00', '<cbc:PayableAmount currencyID="PEN">101.01')
    assert _Sheet(wrong).broken() == ["4312"]


def test_a_caller_who_insists_is_told_what_sunat_will_remark() -> None:
    """TotalsMode.TRUST: his amount stands, and the remark is no error."""
    document = {"details": [{"descripcion": "x", "cantidad": 10, "mtoValorUnitario": 10}], "mtoImpVenta": 118}
    assert _taken(document)[1] == ["4312", "totals_mismatch"]
    purchase, codes = _taken(document, TotalsMode.TRUST)
    assert (purchase.totals.payable, codes) == (118, ["4312"])
    assert next(rule.level for rule in LIQUIDACION.rules if rule.code == "4312") is Level.OBSERVATION
    assert "4312" in _Sheet(LIQUIDACION.build(purchase)).broken()
    purchase, codes = _taken(document, TotalsMode.REPLACE)
    assert (purchase.totals.payable, codes) == (100, [])


def test_our_rules_and_the_judge_agree_on_contradictions() -> None:
    """Each total that a caller insists on, too far off: the same code here and there."""
    lines = [
        {"descripcion": "a", "cantidad": 10, "mtoValorUnitario": 10, "porcentajeRenta": 1.5, "porcentajeOth": 2},
        {"descripcion": "b", "cantidad": 10, "mtoValorUnitario": 10, "tipAfeIgv": "20"},
        {"descripcion": "c", "cantidad": 10, "mtoValorUnitario": 10, "tipAfeIgv": "30"},
        {"descripcion": "d", "cantidad": 10, "mtoValorGratuito": 10, "tipAfeIgv": "15"},
    ]
    names = (
        "mtoOperGravadas",
        "mtoIGV",
        "mtoOperExoneradas",
        "mtoOperInafectas",
        "mtoOperGratuitas",
        "mtoIGVGratuitas",
    )
    more = ("mtoBaseRenta", "mtoRenta", "mtoBaseOth", "mtoOtrosTributos", "totalImpuestos", "valorVenta", "subTotal")
    for name in (*names, *more, "mtoImpVenta"):
        purchase, codes = _taken({"details": lines, name: "900"}, TotalsMode.TRUST)
        assert codes
        assert set(codes) == set(_Sheet(LIQUIDACION.build(purchase)).broken()), name


def test_xml_is_what_the_parser_gives_back() -> None:
    purchase, _ = _taken({"details": [{"descripcion": "x", "cantidad": 10, "mtoValorUnitario": 10}]})
    xml = LIQUIDACION.build(purchase)
    assert etree.tostring(parse_xml(xml.encode()), method="c14n").decode() == xml
