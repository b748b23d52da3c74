"""`check`, `build`, `sign`, `read`, `convert`: the library on one file, without server or account.

Exit codes: 0 done, 1 the receipt has errors, 2 what came cannot be read or written.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onapi.errors import InvalidDocument, OnapiError

if TYPE_CHECKING:
    from onapi.library import Receipt
    from onapi.rules.rule import Fault

FAULTY, UNREADABLE = 1, 2
_STDIN = "-"
_PASSWORD = "ONAPI_CERTIFICATE_PASSWORD"  # noqa: S105 - the name of a variable, not a password

File = Annotated[str, typer.Argument(help="Comprobante en JSON, XML, ZIP o trama; - lee la entrada estándar")]
Doctype = Annotated[str, typer.Option("--doctype", help="Tipo de comprobante, si el archivo no lo dice")]
Totals = Annotated[
    Literal["check", "trust", "replace"],
    typer.Option("--totals", help="Qué se hace con los totales que trae el archivo"),
]
Charset = Annotated[str, typer.Option("--charset", help="Codificación de una trama: utf-8 o iso-8859-1")]
Strict = Annotated[bool, typer.Option("--strict-ruc", help="Rechaza un RUC con el dígito verificador equivocado")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Archivo de salida; por defecto, la salida estándar")
]


def add_commands(cli: typer.Typer) -> None:
    """The commands of one document."""
    cli.command("check", help="Dice todo lo que SUNAT rechazaría u observaría de un comprobante.")(_check)
    cli.command("build", help="Escribe el XML sin firmar de un comprobante.")(_build)
    cli.command("sign", help="Escribe el XML firmado de un comprobante.")(_sign)
    cli.command("read", help="Muestra en JSON, completo, lo que dice un comprobante (por ejemplo, un XML).")(_read)
    cli.command("convert", help="Pasa un comprobante de una forma a otra: trama, json o xml.")(_convert)


def _check(
    file: File,
    doctype: Doctype = "",
    totals: Totals = "check",
    charset: Charset = "utf-8",
    *,
    strict_ruc: Strict = False,
) -> None:
    with _errors_told():
        receipt = _receipt(file, doctype, totals, charset, strict_ruc=strict_ruc)
    for fault in receipt.faults:
        typer.echo(_line(fault))
    told = {fault.code for fault in receipt.faults}
    for warning in receipt.warnings:
        if warning["code"] not in told:
            typer.echo(f"{warning['code']}\tAVISO\t{warning['field']}\t{warning['message']}")
    name = receipt.digest.id.file_name
    if receipt.errors:
        typer.echo(f"{name}: {len(receipt.errors)} errores.", err=True)
        raise typer.Exit(FAULTY)
    typer.echo(f"{name}: sin errores.", err=True)


def _build(
    file: File,
    doctype: Doctype = "",
    totals: Totals = "check",
    charset: Charset = "utf-8",
    output: Output = None,
    *,
    strict_ruc: Strict = False,
) -> None:
    with _errors_told():
        _write(_receipt(file, doctype, totals, charset, strict_ruc=strict_ruc).xml, output)


def _sign(
    file: File,
    certificate: Annotated[
        Path, typer.Option("--certificate", "-c", help="Certificado: .p12, .pfx o .pem con su clave")
    ],
    password: Annotated[str, typer.Option(envvar=_PASSWORD, help="Clave del certificado")] = "",
    doctype: Doctype = "",
    totals: Totals = "check",
    *,
    charset: Charset = "utf-8",
    output: Output = None,
    strict_ruc: Strict = False,
) -> None:
    from onapi.sign.certificate import read_signer

    with _errors_told():
        signer = read_signer(certificate.read_bytes(), password)
        _write(_receipt(file, doctype, totals, charset, strict_ruc=strict_ruc).sign(signer).xml, output)


def _read(file: File, doctype: Doctype = "", charset: Charset = "utf-8", output: Output = None) -> None:
    _convert(file, "json", doctype, charset, output)


def _convert(
    file: File,
    to: Annotated[Literal["json", "trama", "xml"], typer.Option("--to", help="Forma que se quiere")],
    doctype: Doctype = "",
    charset: Charset = "utf-8",
    output: Output = None,
) -> None:
    from onapi.library import convert

    with _errors_told():
        text = convert(_receipt(file, doctype, "check", charset, strict_ruc=False), to)
        _write(text.encode() if text.endswith("\n") or to == "xml" else f"{text}\n".encode(), output)


def _receipt(file: str, doctype: str, totals: str, charset: str, *, strict_ruc: bool) -> "Receipt":
    from onapi.library import read

    data = sys.stdin.buffer.read() if file == _STDIN else Path(file).read_bytes()
    return read(data, doctype=doctype, totals=totals, charset=charset, strict_ruc=strict_ruc)


def _write(content: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(content)
        return
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@contextmanager
def _errors_told() -> Iterator[None]:
    """Faults one a line on standard error; the exit code says which kind of trouble it was."""
    try:
        yield
    except InvalidDocument as refusal:
        from onapi.rules.rule import faults_of

        for fault in faults_of(refusal):
            typer.echo(_line(fault), err=True)
        typer.echo(f"onapi: {refusal}", err=True)
        raise typer.Exit(FAULTY) from None
    except (OnapiError, OSError) as error:
        typer.echo(f"onapi: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None


def _line(fault: "Fault") -> str:
    """Code, level, where, what to do; then what was expected and what came, where both are known."""
    rest = [f"{name} {value}" for name, value in _compared(fault) if value is not None]
    return "\t".join([fault.code, fault.level.value, fault.path, fault.sentence, *rest])


def _compared(fault: "Fault") -> tuple[tuple[str, str | None], ...]:
    return ("esperado", fault.expected), ("recibido", fault.received)
