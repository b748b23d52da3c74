"""A reconciliation as people and programs read it: JSON, text, CSV."""

import csv
import io
from typing import Any

from onapi.flows.finding import Finding
from onapi.flows.reconcile import Report
from onapi.values.moment import stamp

_COLUMNS = ("clase", "ruc", "comprobante", "que_pasa", "que_hacer", "que_se_hizo", "evidencia")


def report_json(report: Report) -> dict[str, Any]:
    """Names in English, sentences in Spanish, as the API does."""
    wanted = report.wanted
    return {
        "environment": wanted.environment.value,
        "ruc": wanted.ruc,
        "from": wanted.first.isoformat() if wanted.first else None,
        "to": wanted.last.isoformat() if wanted.last else None,
        "startedAt": stamp(report.started_at),
        "endedAt": stamp(report.ended_at),
        "checked": report.checked,
        "asked": report.asked,
        "complete": report.is_whole,
        "counts": report.counts,
        "findings": [_finding(each) for each in report.findings],
    }


def report_text(report: dict[str, Any]) -> str:
    """What `report_json` gives, for people."""
    many = len(report["findings"])
    lines = [
        f"Conciliación del {report['endedAt']} ({report['environment']})",
        f"{report['checked']} comprobantes revisados, {report['asked']} preguntas a SUNAT, {many} hallazgos.",
    ]
    if not report["complete"]:
        lines.append("No se revisó todo: lo que falta se revisa la próxima vez.")
    for each in report["findings"]:
        lines += ["", f"{each['name']} · {each['class']}", f"  {each['sentence']}"]
        lines.append(f"  {'Hecho: ' + each['repaired'] if each['repaired'] else 'Qué hacer: ' + each['action']}")
    return "\n".join(lines) + "\n"


def report_csv(report: dict[str, Any]) -> str:
    """One finding a line, for a spreadsheet."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for each in report["findings"]:
        evidence = "; ".join(f"{name}={value}" for name, value in each["evidence"].items())
        told = (each["class"], each["ruc"], each["name"], each["sentence"], each["action"], each["repaired"], evidence)
        rows.writerow([_harmless(text) for text in told])
    return file.getvalue()


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "class": each.kind,
        "ruc": each.ruc,
        "name": each.name,
        "sentence": each.sentence,
        "action": each.action,
        "repaired": each.repaired,
        "evidence": dict(each.evidence),
    }
