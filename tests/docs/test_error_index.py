"""The list of error codes in the documentation is the one of the program, and no code is without its words."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from onapi.api.problem_codes import PROBLEMS
from onapi.api.problem_words import problem_of, told, words_of
from onapi.facts.remedies import published
from onapi.library.explain import explained

ROOT = Path(__file__).parent.parent.parent
# Every code that contract 3.4 names, by status: nobody invents another name for what has one.
CONTRACT = {
    400: "malformed_json malformed_xml malformed_trama malformed_base64",
    401: "invalid_credentials token_missing token_expired token_invalid refresh_token_invalid refresh_token_reused",
    403: "ruc_not_allowed scope_missing credential_disabled",
    404: "document_not_found cdr_not_available pdf_not_available xml_not_available business_not_found "
    "product_not_found job_not_found evidence_not_found ruc_not_found dni_not_found link_expired",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "document_already_exists idempotency_conflict in_progress series_already_exists tax_already_exists "
    "product_code_exists version_conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "invalid_parameter validation_failed totals_mismatch company_not_enrolled certificate_missing "
    "certificate_expired certificate_ruc_mismatch sol_credentials_missing gre_credentials_missing signature_invalid "
    "cdr_mismatch number_consumed out_of_time not_voidable unreadable_image unreadable_audio unreadable_pdf "
    "fingerprint_unusable document_not_final",
    429: "rate_limited login_blocked",
    500: "internal_error",
    502: "sunat_bad_response provider_bad_response",
    503: "provider_not_configured sunat_unavailable provider_unavailable",
    504: "provider_timeout",
}


def maker() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("error_pages", ROOT / "update" / "error_pages.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_page_of_errors_is_fresh() -> None:
    assert (ROOT / "docs" / "errors" / "README.md").read_text("utf-8") == maker().page()


@pytest.mark.parametrize("status", CONTRACT)
def test_the_codes_of_the_contract_have_their_status(status: int) -> None:
    assert {PROBLEMS[code].status for code in CONTRACT[status].split()} == {status}


def test_every_code_of_ours_has_its_words() -> None:
    assert set(told()) == set(PROBLEMS)
    for code, known in PROBLEMS.items():
        words = words_of(code)
        texts = (known.title, known.action, words.title_en, words.action_en, words.cause, words.cause_en, words.does)
        assert all(texts), code
        assert all(text.endswith(".") for text in texts if text not in {known.title, words.title_en}), code
        assert all(len(sentence.split()) <= 25 for text in texts for sentence in text.split(". ")), code


def test_what_may_be_repeated_is_what_says_so() -> None:
    for code, known in PROBLEMS.items():
        assert known.status < 500 or known.retryable or code == "provider_not_configured", code
        assert known.status not in {400, 401, 403, 404, 422} or not known.retryable, code


def test_there_is_a_page_for_each_code_of_sunat() -> None:
    assert len({found.code for found in explained()}) == len(published()) == 2148


def test_a_code_of_sunat_is_a_problem_too() -> None:
    known, words = problem_of("sunat_2800"), words_of("sunat_2800")
    assert (known.status, known.title, known.retryable) == (422, "SUNAT rechazó el comprobante", False)
    assert "Use 6 (RUC)" in known.action
    assert words.title_en == "SUNAT rejected the receipt"
    assert problem_of("sunat_0104").title == "SUNAT no registró el comprobante"
    with pytest.raises(KeyError):
        problem_of("sunat_28000")
