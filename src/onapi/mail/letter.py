"""Subject and text of the letter, and the HTML beside them: the three say the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from onapi.mail.facts import Facts, Link, Row
from onapi.mail.html import html_of
from onapi.mail.words import FEMININE, LOOKUP, Words, verdict_of, words_in
from onapi.values.one_line import one_line, some_lines

MOST_SUBJECT: Final = 200
_MOST_NAME: Final = 120
_MOST_IN_SUBJECT: Final = 80
_WIDE: Final = 72
_SAFE: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person reads."""

    subject: str
    text: str
    html: str = field(repr=False)


def write(facts: Facts) -> Letter:
    """The letter of one receipt; whatever the facts hold, it is words only."""
    told, words = _plain(facts), words_in(facts.language)
    rows = tuple(_rows(told, words))
    return Letter(_subject(told, words), "\n".join(_text(told, words, rows)), html_of(told, words, rows))


def _plain(facts: Facts) -> Facts:
    """The same facts, each of them fit to stand on one line."""
    return replace(
        facts,
        company=one_line(facts.company, _MOST_NAME),
        legal_name=one_line(facts.legal_name, _MOST_NAME),
        customer=one_line(facts.customer, _MOST_NAME),
        number=one_line(facts.number),
        dated=one_line(facts.dated),
        total=one_line(facts.total),
        answers_to=one_line(facts.answers_to),
        links=tuple(Link(one_line(x.url).replace(" ", ""), x.kind) for x in facts.links if x.url.startswith(_SAFE)),
        contact=tuple(line for each in facts.contact if (line := one_line(each, _MOST_NAME))),
        files=tuple(each for each in facts.files if each in words_in(facts.language).files),
        message="\n".join(some_lines(facts.message)),
    )


def _subject(facts: Facts, words: Words) -> str:
    """The sender's own, or the kind, its number and who sends it."""
    company = one_line(facts.company, _MOST_IN_SUBJECT)
    own = one_line(facts.subject)
    said = own or words.subject.format(kind=words.kinds.get(facts.doctype, ""), number=facts.number, company=company)
    marks = [] if own else _marks(facts, words)
    return one_line(" ".join([*(f"[{each}]" for each in marks), said]), MOST_SUBJECT)


def _marks(facts: Facts, words: Words) -> list[str]:
    voided = [_ended(words.voided, facts)] if facts.status == "VOIDED" else []
    return voided + ([] if facts.is_real else [words.test])


def _ended(word: str, facts: Facts) -> str:
    return word[:-1] + "A" if word.endswith("O") and facts.doctype in FEMININE else word


def _rows(facts: Facts, words: Words) -> Iterator[Row]:
    yield Row(words.number, facts.number)
    yield Row(words.date, facts.dated)
    if facts.customer:
        yield Row(words.customer, facts.customer)
    if facts.total:
        yield Row(words.total, facts.total)
    yield Row(words.verdict, verdict_of(words, facts.doctype, facts.status))


def _text(facts: Facts, words: Words, rows: tuple[Row, ...]) -> Iterator[str]:
    title = f"{words.kinds.get(facts.doctype, '')} {facts.number}".strip()
    yield title
    yield "=" * min(len(title), _WIDE)
    yield ""
    yield words.intro.format(company=facts.company)
    if not facts.is_real:
        yield words.no_value
    yield from ("", facts.message) if facts.message else ()
    yield ""
    wide = max(len(row.label) for row in rows)
    yield from (f"{row.label + ':':<{wide + 2}}{row.value}" for row in rows)
    for link in facts.links:
        yield from ("", f"{words.links.get(link.kind, words.links[''])}:", link.url)
    if facts.files:
        yield from ("", f"{words.attached}:")
        yield from (f"- {words.files.get(kind, kind)}" for kind in facts.files)
    yield from _foot(facts, words)


def _foot(facts: Facts, words: Words) -> Iterator[str]:
    yield ""
    if facts.is_real:
        yield from (f"{words.check}:", LOOKUP, "")
    yield words.answer.format(address=facts.answers_to) if facts.answers_to else words.no_answer
    yield from ("", "-- ", f"{facts.legal_name} · RUC {facts.ruc}")
    yield from facts.contact
