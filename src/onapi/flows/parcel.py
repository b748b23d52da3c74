"""A message as its channel takes it: the words, ours where the sender has none, and the files as they are now."""

from onapi.flows.file import FileKind
from onapi.flows.files import file_of
from onapi.flows.mail_words import words_of
from onapi.flows.message_content import EMAIL, Content, Qr
from onapi.flows.message_told import file_names
from onapi.flows.platform import Platform
from onapi.flows.print import printed_as_ordered
from onapi.gateways.channels.channel import Paper, Parcel
from onapi.page.qr import qr_png
from onapi.store.messages import Message
from onapi.store.receipts import Kept

PNG = "image/png"


def parcel_of(platform: Platform, kept: Kept, message: Message, content: Content) -> Parcel:
    """What is handed to the channel; a CDR that is not there is left out."""
    ours, is_mail = words_of(platform, kept, content, message.files), message.channel == EMAIL
    return Parcel(
        id=message.id,
        to=content.to,
        text=ours.text if is_mail else "\n".join([ours.short, *content.links]),
        subject=ours.subject,
        html=ours.html if is_mail else "",
        cc=content.cc,
        bcc=content.bcc,
        reply_to=content.reply_to,
        sender_name=ours.sender_name,
        files=(*_papers(platform, kept, message, content), *(ours.pictures if is_mail else ())),
        template=content.template,
    )


def _papers(platform: Platform, kept: Kept, message: Message, content: Content) -> tuple[Paper, ...]:
    """The files, none where links stand in their place."""
    if content.links:
        return ()
    wanted = [kind for kind in message.files if kind != "cdr" or kept.submission.cdr is not None]
    return tuple(_paper(platform, kept, kind, content) for kind in wanted)


def _paper(platform: Platform, kept: Kept, kind: str, content: Content) -> Paper:
    if kind == "qr":
        (name,) = file_names(kept.document.receipt, ["qr"])
        return Paper(name, PNG, picture(content.qr or Qr(kept.document.qr or "")))
    if kind == "pdf":
        file = printed_as_ordered(platform, kept, content.page)
    else:
        file = file_of(platform, kept, file_kind(kind), zipped=kind == "cdr")
    return Paper(file.name, file.media_type, file.content)


def picture(qr: Qr) -> bytes:
    """The QR as a PNG; InvalidDocument where it does not fit."""
    return qr_png(qr.text, qr.size)


def file_kind(kind: str) -> FileKind:
    """The kind of a file that is no picture."""
    match kind:
        case "xml" | "cdr" | "pdf":
            return kind
        case _:
            raise AssertionError(f"no file is called {kind}")
