"""Check, build, sign and convert in one call each: what scripts and the command line ask of the library."""

from typing import Any, Literal

from onapi.intake.text import write_json
from onapi.library.receipt import Receipt, read
from onapi.rules.rule import Fault
from onapi.sign.certificate import Signer
from onapi.sign.xmldsig import Signed

Source = bytes | str | dict[str, Any] | Receipt


def check(source: Source, **reading: Any) -> tuple[Fault, ...]:  # noqa: ANN401  - the keywords of `read`
    """Everything that SUNAT would refuse or remark on; empty for a sound receipt."""
    return _receipt(source, reading).faults


def build(source: Source, **reading: Any) -> bytes:  # noqa: ANN401  - the keywords of `read`
    """The unsigned XML; InvalidDocument with every fault where there is an error."""
    return _receipt(source, reading).xml


def sign_receipt(source: Source, signer: Signer, **reading: Any) -> Signed:  # noqa: ANN401  - the keywords of `read`
    """The signed XML and its digest; what is signed already stays byte for byte as it came."""
    return _receipt(source, reading).sign(signer)


def convert(source: Source, to: Literal["json", "trama", "xml"], **reading: Any) -> str:  # noqa: ANN401  - as above
    """The complete receipt in another form, as text."""
    receipt = _receipt(source, reading)
    if to == "xml":
        return receipt.xml.decode()
    return receipt.trama if to == "trama" else write_json(receipt.json, indent=2)


def _receipt(source: Source, reading: dict[str, Any]) -> Receipt:
    return source if isinstance(source, Receipt) else read(source, **reading)
