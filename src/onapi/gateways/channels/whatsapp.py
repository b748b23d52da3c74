"""WhatsApp by Meta's Cloud API: every file goes up first, then the messages go out one after the other.

One message of ours may be several of WhatsApp's, for each of those carries one file. `whatsapp_parts` says what they
are; each bears a mark of ours, by which its news is known again. What went well is remembered in the process, so that
the next attempt neither uploads a file again nor sends again what was sent; after a crash both may happen twice.
Several of WhatsApp's are as far as the last of them: WhatsApp keeps the order of a conversation, so what comes before
it has arrived when it has. One that WhatsApp refuses fails the whole, with words that name what did go.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from onapi.facts.whatsapp_errors import WhatsappOutcome, whatsapp_error
from onapi.gateways.channels.channel import MOST_S, Handover, Parcel, Standing, Template
from onapi.gateways.channels.graph import Graph
from onapi.gateways.channels.webhook import retry_after_s
from onapi.gateways.channels.whatsapp_memory import Memory
from onapi.gateways.channels.whatsapp_parts import PDF, Part, Unsendable, mark_of, parts_of
from onapi.gateways.channels.whatsapp_settings import WhatsappSettings
from onapi.gateways.egress import Answer
from onapi.values.contact import read_phone

__all__ = ["PROVIDER", "WhatsappChannel", "WhatsappSettings", "clean"]

PROVIDER: Final = "whatsapp-cloud"
_ONE_PHONE: Final = "Un mensaje de WhatsApp tiene un solo teléfono, como +51987654321."
_LEAVE_ROOM_S: Final = 15.0  # between our last call and the moment from which we are taken for dead
_AGAIN_S: Final = 30.0  # where nothing answered
_MOST_WORDS: Final = 300
_BROKEN = 500
_PASSING: Final = frozenset({401, 408, 425, 429})  # HTTP's own; without a code of Meta's, a proxy may have said it
_MEDIA_CODES: Final = frozenset({100, 131009, 131052, 131053})  # what a media id that is there no more comes to
_PHONE = re.compile(r"\+?\d{7,}")
_ID = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _No:
    """What did not go, and why."""

    standing: Standing  # QUEUED or FAILED
    words: str
    code: str = ""
    wait_s: float = 0.0


class WhatsappChannel:
    """Sends one company's messages; `send` may be called from any thread and never raises."""

    name = "whatsapp"
    provider = PROVIDER

    def __init__(
        self,
        settings: WhatsappSettings,
        graph: Graph,
        *,
        ruc: str = "",
        memory: Memory | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ruc` stands in the mark of each message, so that news finds its company."""
        self._settings, self._graph, self._ruc, self._monotonic = settings, graph, ruc, monotonic
        self._memory = memory or Memory(monotonic)

    def send(self, parcel: Parcel) -> Handover:
        """Hand it over once; what this attempt did not reach is left to the next one."""
        if len(parcel.to) != 1 or read_phone(parcel.to[0]) is None:
            return self._told(_No(Standing.FAILED, _ONE_PHONE), [])
        try:
            parts = parts_of(parcel, parcel.template or self._usual(parcel))
        except Unsendable as error:
            return self._told(_No(Standing.FAILED, str(error)), [])
        until = self._monotonic() + MOST_S - _LEAVE_ROOM_S
        trouble = self._upload(parts, until) or self._send(parcel, parts, until)
        done = self._memory.sent(parcel.id)
        if trouble is None or trouble.standing is Standing.FAILED:
            self._memory.forget(parcel.id)
        if trouble is None:
            return Handover(Standing.SENT, PROVIDER, done.get(len(parts), ""))
        went = [part.name for part in parts if part.number in done and part.name]
        return self._told(trouble, went if trouble.standing is Standing.FAILED else [])

    def _usual(self, parcel: Parcel) -> Template | None:
        """The usual template, filled with what the message says. Its header is a document, so it goes with a PDF."""
        if not (self._settings.template and any(each.media_type == PDF for each in parcel.files)):
            return None
        said = {"subject": parcel.subject, "text": parcel.text, "sender": parcel.sender_name}
        filled = tuple(said.get(name, "") for name in self._settings.template_variables)
        return Template(self._settings.template, self._settings.template_language, filled)

    def _upload(self, parts: tuple[Part, ...], until: float) -> _No | None:
        """Every file of a message, before anything of it reaches the person."""
        for part in parts:
            file = part.file
            if file is None or self._memory.media(self._settings.phone_number_id, file, is_new_try=True):
                continue
            fields = {"messaging_product": "whatsapp", "type": file.media_type}
            path = f"{self._settings.phone_number_id}/media"
            left = until - self._monotonic()
            answer = self._graph.upload(path, self._settings.token, fields, file, within_s=left)
            media = _named(answer, "id")
            if not media:
                return self._judged(answer)
            self._memory.keep_media(self._settings.phone_number_id, file, media)
        return None

    def _send(self, parcel: Parcel, parts: tuple[Part, ...], until: float) -> _No | None:
        """Each part that has not gone yet, in order."""
        done, number_id = self._memory.sent(parcel.id), self._settings.phone_number_id
        for part in parts:
            if part.number in done:
                continue
            media = self._memory.media(number_id, part.file) if part.file else ""
            body = {
                **part.body(media),
                "to": parcel.to[0],
                "biz_opaque_callback_data": mark_of(self._ruc, parcel, part),
            }
            left = until - self._monotonic()
            answer = self._graph.post(f"{number_id}/messages", self._settings.token, body, within_s=left)
            named = _message_id(answer)
            if not named:
                return self._refused(part, answer)
            self._memory.keep_sent(parcel.id, part.number, named)
        return None

    def _refused(self, part: Part, answer: Answer) -> _No:
        """A file that Meta has lost goes up again at the next attempt; one that was fresh is refused for good."""
        trouble = self._judged(answer)
        is_media = trouble.code.isdigit() and int(trouble.code) in _MEDIA_CODES
        if part.file and is_media and self._memory.lose_media(self._settings.phone_number_id, part.file):
            return _No(Standing.QUEUED, trouble.words, trouble.code, 1.0)
        return trouble

    def _judged(self, answer: Answer) -> _No:
        """What an answer without what was asked for comes to."""
        if answer.status is None:
            cause = answer.trouble.partition(": ")[2]
            return _No(Standing.QUEUED, f"{cause[:1].upper()}{cause[1:]}.", "", _AGAIN_S)
        code, said, passes = _error(answer)
        asked_s = retry_after_s(answer, datetime.now(UTC))
        known = whatsapp_error(code) if code is not None else None
        words = self._clean(said)
        shown = "" if code is None else str(code)
        if known is not None:
            is_over = known.outcome in {WhatsappOutcome.FINAL, WhatsappOutcome.WINDOW}
            told = f"{known.sentence} (Meta: {words})" if words else known.sentence
            standing = Standing.FAILED if is_over else Standing.QUEUED
            return _No(standing, told, shown, 0.0 if is_over else max(asked_s, float(known.wait_s)))
        passes = passes or not 400 <= answer.status < _BROKEN or answer.status in _PASSING  # noqa: PLR2004  HTTP's own
        told = f"WhatsApp contestó {answer.status}" + (f": {words}" if words else ".")
        return _No(Standing.QUEUED if passes else Standing.FAILED, told, shown, max(asked_s, _AGAIN_S) if passes else 0)

    def _clean(self, said: str) -> str:
        """Meta's words on one line, not too many of them, without our token."""
        hidden = said.replace(self._settings.token, "…") if self._settings.token else said
        return clean(hidden)

    def _told(self, no: _No, went: list[str]) -> Handover:
        words = f"{no.words} Sí se envió: {', '.join(went)}." if went else no.words
        return Handover(no.standing, PROVIDER, "", no.code, words, no.wait_s)


def clean(said: str) -> str:
    """Somebody else's words as they may be kept: one line, printable, not too long, no phones in them."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in said[: 4 * _MOST_WORDS]).split())
    line = _PHONE.sub("•••", line)
    return line if len(line) <= _MOST_WORDS else f"{line[: _MOST_WORDS - 1]}…"


def _object(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; an empty one where there is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _named(answer: Answer, key: str) -> str:
    """A name in an answer that says yes; "" where there is none."""
    found = _object(answer).get(key) if answer.status is not None and 200 <= answer.status < 300 else None  # noqa: PLR2004  HTTP's own
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _message_id(answer: Answer) -> str:
    """The name of a message that was taken; "" where none was."""
    if answer.status is None or not 200 <= answer.status < 300:  # noqa: PLR2004  HTTP's own
        return ""
    messages = _object(answer).get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    found = first.get("id") if isinstance(first, dict) else None
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _error(answer: Answer) -> tuple[int | None, str, bool]:
    """Code and words of a refusal, and whether Meta says that it passes; the details say more than the title."""
    error = _object(answer).get("error")
    if not isinstance(error, dict):
        return None, "", False
    code = error.get("code")
    data = error.get("error_data")
    said = (data.get("details") if isinstance(data, dict) else None) or error.get("message")
    is_code = isinstance(code, int) and not isinstance(code, bool)
    words = said if isinstance(said, str) else ""
    return (code if is_code else None), words, error.get("is_transient") is True
