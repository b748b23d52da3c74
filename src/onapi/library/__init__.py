"""The library: a receipt from any of its forms to signed XML, without server, network or database."""

from onapi.library.receipt import Receipt, read
from onapi.library.verbs import build, check, convert, sign_receipt

__all__ = ["Receipt", "build", "check", "convert", "read", "sign_receipt"]
