"""The letter as HTML that every mail program shows: tables, styles on each element, nothing fetched from outside.

Light and dark: the colours are said for the light one on each element, and for the dark one in a style sheet that those
programs read which have it. A logo stands on white in both, since most are drawn for paper. Every text passes `escape`.
"""

from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Final

from onapi.mail.facts import Facts, Link, Row
from onapi.mail.words import LOOKUP, TONES, Tone, Words

_FONT: Final = "font-family:Inter,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_INK, _SOFT, _LINE, _PAPER, _GROUND = "#111827", "#4b5563", "#e5e7eb", "#ffffff", "#f3f4f6"
_TONES: Final[Mapping[Tone, tuple[str, str]]] = MappingProxyType(
    {
        "good": ("#14532d", "#dcfce7"),
        "fair": ("#713f12", "#fef3c7"),
        "bad": ("#7f1d1d", "#fee2e2"),
        "open": ("#1e293b", "#e2e8f0"),
    }
)  # ink and ground, at least 7 to 1
_DARK: Final = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media (prefers-color-scheme:dark){"
    ".ground{background:#0b0f17!important}.paper{background:#161b26!important;border-color:#2a3242!important}"
    ".ink{color:#f3f4f6!important}.soft{color:#b6bfcd!important}.line{border-color:#2a3242!important}"
    ".note{background:#1f2633!important}.link{color:#93c5fd!important}"
    ".good{background:#14532d!important;color:#dcfce7!important}"
    ".fair{background:#713f12!important;color:#fef3c7!important}"
    ".bad{background:#7f1d1d!important;color:#fee2e2!important}"
    ".open{background:#334155!important;color:#f1f5f9!important}}"
    "@media (max-width:620px){.pad{padding-left:20px!important;padding-right:20px!important}"
    ".big{font-size:26px!important}}"
)
_TABLE: Final = 'role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"'
_SHORT: Final = 24  # a longer number may break
_HALF: Final = 128  # of 255: from here on dark letters are read better
_RED, _GREEN, _BLUE, _WHOLE = 299, 587, 114, 1000  # how bright each looks, of a thousand


def html_of(facts: Facts, words: Words, rows: tuple[Row, ...]) -> str:
    """A whole document."""
    title = escape(f"{words.kinds.get(facts.doctype, '')} {facts.number}".strip())
    bar = f"height:6px;line-height:6px;font-size:0;background:{facts.accent};border-radius:12px 12px 0 0"
    first = escape(" · ".join(each for each in (facts.company, facts.total, rows[-1].value) if each))
    kind, number = escape(words.kinds.get(facts.doctype, "")), escape(facts.number)
    shown = f'{kind} <span style="white-space:nowrap">{number}</span>' if len(number) < _SHORT else title
    inner = "\n".join([*_head(facts, words, shown, rows), *_middle(facts, words, rows), *_foot(facts, words)])
    return f"""<!DOCTYPE html>
<html lang="{words.code}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no">
<title>{title}</title>
<style>{_DARK}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:{_GROUND};-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;opacity:0">{first}</div>
<table {_TABLE} class="ground" style="background:{_GROUND}"><tr><td align="center" style="padding:24px 12px">
<table {_TABLE} class="paper" style="max-width:600px;background:{_PAPER};border:1px solid {_LINE};border-radius:12px">
<tr><td style="{bar}">&nbsp;</td></tr>
{inner}
</table>
</td></tr></table>
</body>
</html>
"""


def _head(facts: Facts, words: Words, title: str, rows: tuple[Row, ...]) -> Iterator[str]:
    company = escape(facts.company)
    shown = (
        f'<img src="cid:{escape(facts.logo)}" alt="{company}" height="56" style="display:inline-block;height:56px;'
        f'max-width:240px;border:0;background:#ffffff;padding:6px;border-radius:8px">'
        if facts.logo
        else f'<span class="ink" style="{_FONT};font-size:18px;font-weight:700;color:{_INK}">{company}</span>'
    )
    yield _row(shown, "28px 32px 0")
    yield _row(_p(escape(words.intro.format(company=facts.company)), "soft", 15), "20px 32px 0")
    yield _row(
        f'<h1 class="ink" style="{_FONT};margin:0;font-size:22px;line-height:1.3;font-weight:700;color:{_INK};'
        f'overflow-wrap:anywhere">{title}</h1>',
        "6px 32px 0",
    )
    if facts.total:
        yield _row(
            f'<span class="ink big" style="{_FONT};font-size:32px;line-height:1.2;font-weight:700;color:{_INK};'
            f'font-variant-numeric:tabular-nums;overflow-wrap:anywhere">{escape(facts.total)}</span>',
            "14px 32px 0",
        )
    tone = TONES.get(facts.status, "open")
    ink, ground = _TONES[tone]
    yield _row(
        f'<span class="{tone}" style="{_FONT};display:inline-block;padding:5px 12px;border-radius:14px;font-size:14px;'
        f'line-height:1.4;font-weight:600;color:{ink};background:{ground}">{escape(rows[-1].value)}</span>',
        "14px 32px 0",
    )
    if not facts.is_real:
        yield _row(_p(f"<strong>{escape(words.no_value)}</strong>", "ink", 14, _INK), "14px 32px 0")


def _middle(facts: Facts, words: Words, rows: tuple[Row, ...]) -> Iterator[str]:
    if facts.message:
        said = "<br>".join(escape(line) for line in facts.message.split("\n"))
        yield _row(
            f'<div class="note ink" style="{_FONT};padding:14px 16px;background:#f9fafb;border-radius:8px;'
            f'font-size:15px;line-height:1.55;color:{_INK};overflow-wrap:anywhere">{said}</div>',
            "20px 32px 0",
        )
    lines = "".join(_fact(row) for row in rows[:-1])
    yield _row(f'<table width="100%" cellpadding="0" cellspacing="0" border="0">{lines}</table>', "20px 32px 0")
    if facts.links:
        yield _row("".join(_button(link, words, facts.accent) for link in facts.links), "20px 32px 0")
    if facts.files:
        listed = "".join(f'<li style="margin:0 0 2px">{escape(words.files.get(x, x))}</li>' for x in facts.files)
        yield _row(
            f'<h2 class="ink" style="{_FONT};margin:0 0 6px;font-size:14px;font-weight:600;color:{_INK}">'
            f'{escape(words.attached)}</h2><ul class="soft" style="{_FONT};margin:0;padding:0 0 0 20px;font-size:14px;'
            f'line-height:1.5;color:{_SOFT}">{listed}</ul>',
            "20px 32px 0",
        )


def _fact(row: Row) -> str:
    edge = f"padding:9px 0;border-top:1px solid {_LINE};{_FONT};font-size:14px;line-height:1.45;vertical-align:top"
    return (
        f'<tr><th scope="row" align="left" class="soft line" style="{edge};font-weight:400;color:{_SOFT};'
        f'padding-right:16px;white-space:nowrap;width:1%">{escape(row.label)}</th>'
        f'<td align="right" class="ink line" style="{edge};font-weight:600;color:{_INK};overflow-wrap:anywhere;'
        f'word-break:break-word">{escape(row.value)}</td></tr>'
    )


def _button(link: Link, words: Words, accent: str) -> str:
    ink = letters_on(accent)
    said = escape(words.links.get(link.kind, words.links[""]))
    return (
        f'<a href="{escape(link.url)}" style="{_FONT};display:inline-block;margin:0 8px 8px 0;padding:11px 20px;'
        f'border-radius:8px;background:{accent};color:{ink};font-size:15px;font-weight:600;text-decoration:none">'
        f'<span style="color:{ink}">{said}</span></a>'
    )


def _foot(facts: Facts, words: Words) -> Iterator[str]:
    mail, link = escape(facts.answers_to), f'class="link" style="color:{_SOFT};text-decoration:underline"'
    answer = escape(words.answer).replace("{address}", f'<a href="mailto:{mail}" {link}>{mail}</a>')
    lines = [answer if facts.answers_to else escape(words.no_answer)]
    if facts.is_real:
        lines.insert(0, f'<a href="{LOOKUP}" {link}>{escape(words.check)}</a>.')
    lines.append(f"{escape(words.issued_by)} {escape(facts.legal_name)} · RUC {escape(facts.ruc)}")
    if facts.contact:
        lines.append(" · ".join(escape(each) for each in facts.contact))
    yield (
        f'<tr><td class="pad" style="padding:24px 32px 28px"><div class="line" style="border-top:1px solid {_LINE};'
        f'padding-top:16px">{"".join(_p(each, "soft", 13) for each in lines)}</div></td></tr>'
    )


def _row(inner: str, padding: str) -> str:
    return f'<tr><td class="pad" style="padding:{padding}">{inner}</td></tr>'


def _p(inner: str, name: str, size: int, colour: str = _SOFT) -> str:
    return (
        f'<p class="{name}" style="{_FONT};margin:0 0 4px;font-size:{size}px;line-height:1.5;color:{colour};'
        f'overflow-wrap:anywhere">{inner}</p>'
    )


def letters_on(accent: str) -> str:
    """White or black, whichever is read better on a colour as #rrggbb."""
    red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    bright = (red * _RED + green * _GREEN + blue * _BLUE) // _WHOLE
    return "#111827" if bright >= _HALF else "#ffffff"
