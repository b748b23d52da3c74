"""What has to be right before a message to a person is taken: its receivers, its words, its receipt, its files."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from onapi.errors import Conflict, InvalidDocument, NotFound
from onapi.flows.look import surroundings_of
from onapi.flows.message_content import EMAIL, Content
from onapi.flows.platform import Platform
from onapi.flows.public_status import status_of
from onapi.rules.rule import Fault
from onapi.store.receipts import Kept
from onapi.values.contact import read_email, read_phone

MOST_RECEIVERS: Final = 20  # of each of to, cc and bcc
LONGEST: Final = {"subject": 200, "text": 5000}
_ACCEPTED: Final = frozenset({"ACCEPTED", "OBSERVED", "VOID_PENDING"})
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_BAD_EMAIL: Final = "No es una dirección de correo, como ana@cliente.pe."
_BAD_PHONE: Final = "Debe ser un celular de nueve dígitos, como 987654321, o un número E.164, como +51987654321."


def checked(channel: str, content: Content) -> Content:
    """The same with its receivers in one spelling and each once; InvalidDocument names everything that is wrong."""
    if channel == EMAIL:
        found, faults = _addressed(content)
    else:
        phone = read_phone(content.to[0]) if content.to else None
        faults = [] if phone else [Fault("invalid_phone", "/phone", _BAD_PHONE)]
        found = replace(content, to=(phone or "",))
    faults += _faults_of_words(found)
    if faults:
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=tuple(faults))
    return replace(found, text=found.text.replace("\r\n", "\n"))


def read_all(read: Callable[[str], str | None], found: Sequence[str], field: str) -> tuple[list[str], list[Fault]]:
    """Each contact once, in one spelling; and what is wrong, under the field and its place in it."""
    good: dict[str, str] = {}
    faults = list[Fault]()
    for at, each in enumerate(found):
        if (one := read(each)) is None:
            code, words = ("invalid_email", _BAD_EMAIL) if read is read_email else ("invalid_phone", _BAD_PHONE)
            faults.append(Fault(code, f"{field}/{at}", words))
        else:
            good.setdefault(one.lower(), one)
    if len(found) > MOST_RECEIVERS:
        faults.append(Fault("too_many", field, f"Son {MOST_RECEIVERS} como máximo."))
    return list(good.values()), faults


def _addressed(content: Content) -> tuple[Content, list[Fault]]:
    faults, seen, kept = list[Fault](), set[str](), dict[str, tuple[str, ...]]()
    for field in ("to", "cc", "bcc"):
        good, wrong = read_all(read_email, getattr(content, field), f"/{field}")
        faults += wrong
        kept[field] = tuple(each for each in good if each.lower() not in seen)  # who has it has it once
        seen |= {each.lower() for each in good}
    if not content.to:
        faults.append(Fault("required", "/to", "Indique a quién: el comprobante no trae el correo del cliente."))
    reply_to = read_email(content.reply_to) if content.reply_to else ""
    if reply_to is None:
        faults.append(Fault("invalid_email", "/replyTo", _BAD_EMAIL))
    return replace(content, **kept, reply_to=reply_to or ""), faults  # type: ignore[arg-type]  # the three by name


def _faults_of_words(content: Content) -> Iterator[Fault]:
    """A line break in a subject would be a header of its own (reliability H10)."""
    for field, name, text in (("/subject", "subject", content.subject), ("/message", "text", content.text)):
        if len(text) > LONGEST[name]:
            yield Fault("string_too_long", field, f"Son {LONGEST[name]} caracteres como máximo.")
        plain = text.replace("\r\n", "\n").replace("\n", "") if name == "text" else text.replace("\n", "\r")
        if _ODD.search(plain):
            yield Fault("invalid_text", field, "Contiene caracteres de control.")
    variables = content.template.variables if content.template else ()
    for at, each in enumerate(variables):
        if _ODD.search(each.replace("\n", "\r")):
            yield Fault("invalid_text", f"/template/variables/{at}", "Contiene caracteres de control.")


def check_final(platform: Platform, kept: Kept) -> None:
    """Conflict unless SUNAT has accepted the receipt."""
    status = status_of(kept.submission, platform.clock(), surroundings_of(platform, kept))
    if status in _ACCEPTED:
        return
    label = kept.document.receipt.label
    sentence = f"{label} está {status}: se envía una vez aceptado por SUNAT; para enviarlo igual, pida force."
    raise Conflict(sentence, key="document_not_final", document=kept.document, submission=kept.submission)


def existing(kept: Kept, wanted: Sequence[str]) -> tuple[str, ...]:
    """Of the files that are wanted those that there are, each once; NotFound if there is none."""
    found = tuple(kind for kind in dict.fromkeys(wanted) if kind != "cdr" or kept.submission.cdr is not None)
    if not found:
        sentence = "SUNAT todavía no entregó la constancia de este comprobante."
        raise NotFound(sentence, key="cdr_not_available", document=kept.document, submission=kept.submission)
    return found
