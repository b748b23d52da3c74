"""What a batch is known by: its own date and its number of that day.

The public vocabulary says the date as `fecResumen` or `fecComunicacion`; whoever names batches by series and number may
say `serie` as YYYYMMDD. Said twice, both must agree.
"""

import re
from collections.abc import Callable
from datetime import date

from onapi.facts.rates import rate
from onapi.intake.reader import Reader

_NUMBER = re.compile(r"0*[1-9]\d{0,4}", re.ASCII)


def identify_by(dated: str) -> Callable[[Reader], tuple[str, int]]:
    """A reader of series and number, for batches that say their date under this name.

    The series is "" where no date is said: then it is the day of issuing. Zero stands in for a wrong number.
    """

    def identify(reader: Reader) -> tuple[str, int]:
        day, said = known_day(reader, dated), _series(reader)
        if day and said and said != day:
            sentence = f"La serie es la fecha de «{dated}» como AAAAMMDD; ponga la misma o quite una."
            reader.fault("serie", "series_differs", sentence, expected=_compact(day))
        found = day or said
        return _compact(found) if found else "", _number(reader)

    return identify


def known_day(reader: Reader, *keys: str, required: bool = False) -> date | None:
    """A date that there are tax rates for; one of another century is a slip."""
    return _known(reader, reader.name_of(*keys), reader.day(*keys, required=required))


def _known(reader: Reader, key: str, day: date | None) -> date | None:
    try:
        _ = rate("igv", day) if day else None
    except KeyError:
        reader.fault(key, "invalid_date", "La fecha es demasiado antigua; revise el año.")
        return None
    return day


def _series(reader: Reader) -> date | None:
    text = reader.text("serie")
    try:
        return _known(reader, "serie", date.fromisoformat(text) if text else None)
    except ValueError:
        reader.fault("serie", "invalid_format", "La serie es la fecha del envío como AAAAMMDD; puede omitirla.")
        return None


def _number(reader: Reader) -> int:
    first, second = reader.text("correlativo"), reader.text("number")
    if not first and not second:
        reader.fault("correlativo", "required", "Falta el correlativo: el número de este envío en su día, desde 1.")
    numbers = [_digits(reader, key, text) for key, text in (("correlativo", first), ("number", second)) if text]
    if len(numbers) > 1 and all(numbers) and numbers[0] != numbers[1]:
        reader.fault("number", "number_differs", "No coincide con el correlativo; deje uno.", expected=str(numbers[0]))
    return numbers[0] if numbers else 0


def _digits(reader: Reader, key: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        reader.fault(key, "invalid_number", "El correlativo debe ser un número de 1 a 99999.")
        return 0
    return int(text)


def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")
