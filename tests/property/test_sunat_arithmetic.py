"""SUNAT's arithmetic, written down a second time from its own sheet (Factura2_0, v20260212) and held against our XML.

Nothing of ours computes here: each rule reads the XML as SUNAT does and says its code when it is broken.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from lxml import etree

ONE = Decimal(1)
ZERO = Decimal(0)
TAXES = ("1000", "1016", "2000", "7152", "9999")
ONEROUS = ("1000", "1016", "9995", "9997", "9998")

LINES = ("{*}InvoiceLine", "{*}CreditNoteLine", "{*}DebitNoteLine")
QUANTITIES = ("{*}InvoicedQuantity", "{*}CreditedQuantity", "{*}DebitedQuantity")
SUMS = ("{*}LegalMonetaryTotal", "{*}RequestedMonetaryTotal")

Judge = Callable[..., Any]
Documents = st.SearchStrategy[dict[str, Any]]
Broken = Iterator[tuple[str, bool]]  # code, and whether the rule holds


def _number(node: Any, path: str) -> Decimal:
    return Decimal(node.findtext(path) or "0")


def _near(left: Decimal, right: Decimal, tolerance: Decimal = ONE) -> bool:
    return abs(left - right) <= tolerance


class Holder:
    """A line or the whole document: its subtotals by tribute, its discounts and charges by code."""

    def __init__(self, node: Any) -> None:
        self.node = node
        subtotals = node.findall("{*}TaxTotal/{*}TaxSubtotal")
        self.taxes = {sub.findtext("{*}TaxCategory/{*}TaxScheme/{*}ID"): sub for sub in subtotals}
        self.charges = node.findall("{*}AllowanceCharge")

    def number(self, path: str) -> Decimal:
        """The number at a path, zero where there is none."""
        return _number(self.node, path)

    def base(self, tribute: str) -> Decimal:
        """What a tribute is counted on."""
        return _number(self.taxes[tribute], "{*}TaxableAmount") if tribute in self.taxes else ZERO

    def tax(self, tribute: str) -> Decimal:
        """What a tribute comes to."""
        return _number(self.taxes[tribute], "{*}TaxAmount") if tribute in self.taxes else ZERO

    def charged(self, *codes: str) -> Decimal:
        """What the discounts or charges of these codes come to."""
        fitting = [c for c in self.charges if c.findtext("{*}AllowanceChargeReasonCode") in codes]
        return sum((_number(c, "{*}Amount") for c in fitting), ZERO)

    @property
    def net(self) -> Decimal:
        """Its value without taxes."""
        return self.number("{*}LineExtensionAmount")


def line_rules(line: Holder) -> Broken:
    """Rows 183, 201, 205, 206, 209 to 213, 230, 241, 242, 279, 280."""
    quantity = next(number for name in QUANTITIES if (number := line.number(name)))
    is_free = line.base("9996") > 0
    price = line.number("{*}PricingReference/{*}AlternativeConditionPrice/{*}PriceAmount")
    value = price if is_free else line.number("{*}Price/{*}PriceAmount")
    total = line.number("{*}TaxTotal/{*}TaxAmount")
    yield "3271", _near(line.net, value * quantity - line.charged("00") + line.charged("47"))
    if not is_free:
        yield "3270", _near(price, (line.net + total - line.charged("01") + line.charged("48")) / quantity)
    yield "3292", _near(total, sum((line.tax(code) for code in TAXES), ZERO))
    main = next(code for code in (*ONEROUS, "9996") if code in line.taxes)
    if line.base("2000") > 0:
        yield "3272", _near(line.base(main), line.net + line.tax("2000"))
    else:
        yield "3272", line.base(main) == line.net
    category = line.taxes[main].find("{*}TaxCategory")
    if category.findtext("{*}TaxExemptionReasonCode") in {"10", "11", "12", "13", "14", "15", "16", "17"}:
        yield "3103", _near(line.tax(main), line.base(main) * _number(category, "{*}Percent") / 100)
        yield "3111", line.base(main) <= Decimal("0.06") or line.tax(main) != 0
    else:
        yield "3110", line.tax(main) == 0
    yield "3105", line.base(main) > 0
    for code, tribute in (("3108", "2000"), ("3109", "9999")):
        if line.base(tribute) > 0:
            percent = _number(line.taxes[tribute], "{*}TaxCategory/{*}Percent")
            yield code, _near(line.tax(tribute), line.base(tribute) * percent / 100)


def charge_rules(holder: Holder, code: str) -> Broken:
    """Rows 292 and 400."""
    for charge in holder.charges:
        factor = _number(charge, "{*}MultiplierFactorNumeric")
        if factor > 0:
            yield code, _near(_number(charge, "{*}Amount"), _number(charge, "{*}BaseAmount") * factor)


def base_rules(sale: Holder, lines: list[Holder]) -> Broken:
    """Rows 305 to 307, 328, 333, 347, 348, 369, 370, 373, 374, 376."""

    def nets(tribute: str) -> Decimal:
        return sum((line.net for line in lines if line.base(tribute) > 0), ZERO)

    on_base = sale.charged("49") - sale.charged("02")
    paid = [line for line in lines if line.base("9996") <= 0]
    for code, tribute, extra in (
        ("3273", "9995", ZERO),
        ("3275", "9997", -sale.charged("05")),
        ("3274", "9998", -sale.charged("06")),
        ("3276", "9996", ZERO),
        ("3277", "1000", on_base - sale.charged("04")),
        ("3293", "1016", on_base - sale.charged("04")),
    ):
        if tribute in sale.taxes:
            yield code, _near(sale.base(tribute), nets(tribute) + extra)
    yield "3302", _near(sale.tax("9996"), sum((line.tax("9996") for line in lines), ZERO))
    yield "3296", _near(sale.base("2000"), sum((line.base("2000") for line in paid), ZERO))
    yield "3298", _near(sale.tax("2000"), sum((line.tax("2000") for line in paid), ZERO))
    yield "3297", sale.base("9999") == sum((line.base("9999") for line in lines), ZERO)
    yield "3299", _near(sale.tax("9999"), sum((line.tax("9999") for line in lines), ZERO))
    yield "3306", sale.tax("7152") == sum((line.tax("7152") for line in lines), ZERO)


def total_rules(sale: Holder, lines: list[Holder]) -> Broken:
    """Rows 299, 351, 354, 406, 409, 412, 416, 420, 421, 423."""
    sums = Holder(next(x for name in SUMS if (x := sale.node.find(name)) is not None))
    on_base = sale.charged("49") - sale.charged("02")
    advance = sale.charged("04", "20")
    by_rate = {}
    for tribute, code in (("1000", "3291"), ("1016", "3295")):
        taxed = [line for line in lines if line.base(tribute) > 0]
        rates = {_number(line.taxes[tribute], "{*}TaxCategory/{*}Percent") for line in taxed}
        base = sum((line.base(tribute) for line in taxed), ZERO) + on_base
        rate = rates.pop() / 100 if rates else ZERO
        by_rate[tribute] = base * rate
        yield "3462", not rates
        if tribute in sale.taxes:
            yield code, _near(sale.tax(tribute), (base - advance) * rate)
    yield "3294", _near(sale.number("{*}TaxTotal/{*}TaxAmount"), sum((sale.tax(code) for code in TAXES), ZERO))
    onerous = sum((line.net for line in lines if any(line.base(code) > 0 for code in ONEROUS)), ZERO)
    yield "3278", _near(sums.net, onerous + on_base)
    beside = sale.tax("2000") + sale.charged("20") + sale.tax("9999") + sale.tax("7152")
    inclusive = sums.number("{*}TaxInclusiveAmount")
    yield "3279", _near(inclusive, sums.net + beside + by_rate["1000"] + by_rate["1016"])
    allowances, charges = sums.number("{*}AllowanceTotalAmount"), sums.number("{*}ChargeTotalAmount")
    yield "3300", _near(allowances, sale.charged("03", "63") + sum((line.charged("01") for line in lines), ZERO))
    yield "3301", _near(charges, sale.charged("45", "46", "50") + sum((line.charged("48") for line in lines), ZERO))
    rounding = sums.number("{*}PayableRoundingAmount")
    payable = inclusive + charges - allowances - sums.number("{*}PrepaidAmount") + rounding
    yield "3280", _near(sums.number("{*}PayableAmount"), payable)
    paid = [_number(payment, "{*}PaidAmount") for payment in sale.node.findall("{*}PrepaidPayment")]
    yield "2509", sum(paid, ZERO) == sums.number("{*}PrepaidAmount")
    yield "3287", not paid or sale.charged("04", "05", "06") > 0
    yield "3303", abs(rounding) <= 1


def broken_rules(xml: str) -> list[str]:
    """The codes that SUNAT would answer with."""
    root = etree.fromstring(xml)
    sale, lines = Holder(root), [Holder(node) for name in LINES for node in root.findall(name)]
    found = [(code, holds) for line in lines for code, holds in (*line_rules(line), *charge_rules(line, "3290"))]
    found += [*charge_rules(sale, "3307"), *base_rules(sale, lines), *total_rules(sale, lines)]
    return sorted({code for code, holds in found if not holds})


@settings(max_examples=150)
@given(data=st.data())
def test_what_our_rules_let_pass_breaks_none_of_sunats(data: Any, documents: Documents, judge: Judge) -> None:
    judged = judge(data.draw(documents))
    event("refused" if judged.errors else "passed")
    if not judged.errors:
        assert broken_rules(judged.taken.kind.build(judged.sale)) == []


TOTALS = ("mtoOperGravadas", "mtoIGV", "totalImpuestos", "valorVenta", "subTotal", "mtoImpVenta", "icbper")
LINE_AMOUNTS = ("mtoBaseIgv", "igv", "totalImpuestos", "mtoValorVenta")


def _given(judged: Any, drift: dict[str, Decimal]) -> dict[str, Decimal]:
    sums = judged.sale.totals
    ours = (sums.base("1000"), sums.tax("1000"), sums.taxes, sums.line_extension, sums.tax_inclusive, sums.payable)
    known = dict(zip(TOTALS, (*ours, sums.tax("7152")), strict=True))
    return {name: value + drift[name] for name, value in known.items() if name in drift}


@settings(max_examples=150)
@given(data=st.data())
def test_amounts_of_the_caller_that_we_let_stand_break_none_of_sunats(
    data: Any, short_documents: Documents, judge: Judge
) -> None:
    document = data.draw(short_documents)
    first = judge(document)
    assume(not first.errors)
    drifts = st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.40"), Decimal("0.9"), Decimal("-1.00")])
    total_drift = data.draw(st.dictionaries(st.sampled_from(TOTALS), drifts, max_size=4))
    line_drift = data.draw(st.dictionaries(st.sampled_from(LINE_AMOUNTS), drifts, max_size=2))
    amounts = first.sale.lines[0].amounts
    ours = dict(zip(LINE_AMOUNTS, (amounts.igv_base, amounts.igv, amounts.taxes, amounts.net), strict=True))
    document["details"][0] |= {name: ours[name] + drift for name, drift in line_drift.items()}
    second = judge(document | _given(first, total_drift))
    event("refused" if second.errors else "passed")
    if not second.errors:
        assert broken_rules(second.taken.kind.build(second.sale)) == []


def test_the_second_writing_sees_a_wrong_amount(judge: Judge) -> None:
    """Each rule here is able to fail: an amount off by two soles breaks what it should."""
    line = {"descripcion": "X", "cantidad": 2, "mtoValorUnitario": 100}
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE"}
    judged = judge({"tipoDoc": "01", "serie": "F001", "correlativo": 1, "client": client, "details": [line]})
    xml = judged.taken.kind.build(judged.sale)
    assert broken_rules(xml) == []
    seen = {code for text in ("200.00", "36.00", "236.00", "100.00", "118.00") for code in _spoilt(xml, text)}
    assert {"3270", "3271", "3272", "3103", "3292", "3277", "3278", "3279", "3280", "3291", "3294"} <= seen


def _spoilt(xml: str, amount: str) -> set[str]:
    found: set[str] = set()
    for part in range(1, xml.count(f">{amount}<") + 1):
        pieces = xml.split(f">{amount}<")
        wrong = f">{Decimal(amount) + 2}<"
        spoilt = f">{amount}<".join(pieces[:part]) + wrong + f">{amount}<".join(pieces[part:])
        found |= set(broken_rules(spoilt))
    return found
