"""What SUNAT asks of the payment of each document: its amount, its day, its number and its currency."""

import re

from onapi.kinds.withholding.model import Line, Withholding
from onapi.kinds.withholding.sheets import Sheet, is_amount
from onapi.rules.rule import Rule

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def payment_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    """Every rule of a payment; a credit note is asked for its day only."""
    return (*_amount_rules(sheet), *_day_rules(sheet), *_number_rules(sheet))


def _amount_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    what = sheet.payment
    return (
        Rule(
            sheet.no_amount,
            "payments",
            f"Falta el {what} del documento; ponga su importe y su fecha.",
            lambda x, _: x.is_credit_note or x.payment is not None,
            "lines",
        ),
        Rule(
            sheet.no_amount,
            "payments[0].amount",
            f"Falta el importe del {what}.",
            lambda x, _: x.is_credit_note or x.payment is None or x.payment.amount is not None,
            "lines",
        ),
        Rule(
            sheet.wrong_amount,
            "payments[0].amount",
            f"El importe del {what} debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
            lambda x, _: x.is_credit_note or not x.payment or x.payment.amount is None or is_amount(x.payment.amount),
            "lines",
        ),
    )


def _day_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    what = sheet.payment
    return (
        Rule(
            sheet.no_day,
            "payments[0].day",
            f"Falta la fecha del {what}.",
            lambda x, _: x.is_credit_note or x.payment is None or x.payment.day is not None,
            "lines",
        ),
        Rule(
            sheet.other_month,
            "payments[0].day",
            f"Todos los {what}s de un comprobante deben ser del mismo mes; emita otro para los demás.",
            _in_one_month,
            "lines",
        ),
        Rule(
            sheet.wrong_day,
            "payments[0].day",
            f"El {what} debe ser del mes de este comprobante, no anterior al documento ni posterior a la emisión.",
            _in_time,
            "lines",
        ),
    )


def _number_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    what = sheet.payment
    return (
        Rule(
            sheet.wrong_number,
            "payments[0].number",
            f"El número del {what} admite de 1 a 9 dígitos; omítalo para que se ponga solo.",
            lambda x, _: x.is_credit_note or not x.payment or bool(_NUMBER.fullmatch(x.payment.number)),
            "lines",
        ),
        Rule(
            "2626",
            "payments[0].number",
            f"El mismo {what} del mismo documento está dos veces; quite uno u omita su número.",
            _told_once,
            "lines",
        ),
        Rule(
            sheet.other_currency,
            "payments[0].currency",
            f"La moneda del {what} debe ser la del documento.",
            lambda x, _: x.is_credit_note or not x.payment or x.payment.currency == x.currency,
            "lines",
        ),
    )


def _in_time(line: Line, document: Withholding) -> bool:
    """Paid in the month of this receipt: not before the document, where it is of that month, nor after the receipt."""
    if line.payment is None or line.payment.day is None or line.issue_date is None:
        return True
    first = document.issue_date.replace(day=1)
    if (line.issue_date.year, line.issue_date.month) == (first.year, first.month):
        first = line.issue_date
    return first <= line.payment.day <= document.issue_date


def _in_one_month(line: Line, document: Withholding) -> bool:
    first = next((x.payment.day for x in document.lines if x.payment and x.payment.day), None)
    day = line.payment.day if line.payment else None
    return day is None or first is None or (day.year, day.month) == (first.year, first.month)


def _told_once(line: Line, document: Withholding) -> bool:
    if line.payment is None or line.is_credit_note:
        return True
    told = [x.number + x.payment.number for x in document.lines if x.payment and not x.is_credit_note]
    return told.count(line.number + line.payment.number) == 1
