"""R04: nothing is accepted without a CDR that names it, whatever comes back; and every right CDR is read."""

import random

import pytest
from chaos_answers import DOCUMENTS, EARS, FACTURA, Ear, proofless_answers, proofless_files, right_files
from chaos_mutations import is_the_right_one, proves, spoilt_inside, spoilt_on_its_way
from chaos_run import IS_LONG

from onapi.facts.codes import Outcome
from onapi.flows.hear import Happening
from onapi.lifecycle import Event
from onapi.store.documents import StoredDocument

MUTATIONS = 100_000 if IS_LONG else 5_000
SAYS_YES = {Outcome.ACCEPTED, Outcome.OBSERVED}


def accepts(heard: Happening) -> bool:
    """Whether the document would be shown as accepted."""
    return heard.verdict is not None and heard.verdict.outcome in SAYS_YES


@pytest.mark.parametrize("ear", EARS, ids=lambda ear: ear.operation)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.receipt.doctype)
def test_every_right_one_is_read(ear: Ear, document: StoredDocument) -> None:
    for name, file in right_files(document.receipt).items():
        heard = ear.hear_file(document, file)
        assert heard.event is Event.CDR, name
        assert accepts(heard), name


def test_the_corpus_is_large_enough() -> None:
    made = len(proofless_files(FACTURA.receipt)) + len(list(proofless_answers(EARS[0], FACTURA)))
    assert made >= 60, made
    assert len(right_files(FACTURA.receipt)) >= 12


@pytest.mark.parametrize("ear", EARS, ids=lambda ear: ear.operation)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.receipt.doctype)
def test_no_answer_made_by_hand_is_believed(ear: Ear, document: StoredDocument) -> None:
    for name, file in proofless_files(document.receipt).items():
        assert ear.hear_file(document, file).verdict is None, name
    for name, answer, status in proofless_answers(ear, document):
        assert ear.hear(document, answer, status).verdict is None, name


def test_no_mutated_answer_is_believed(chance: random.Random) -> None:
    believed = 0
    for _ in range(MUTATIONS):
        ear, document = chance.choice(EARS), chance.choice(DOCUMENTS)
        if chance.random() < 0.5:
            heard = ear.hear(document, spoilt_on_its_way(ear, document, chance))
            is_right = is_the_right_one
        else:
            heard = ear.hear_file(document, spoilt_inside(document, chance))
            is_right = proves
        if accepts(heard):
            believed += 1
            assert is_right(document, heard.file), heard.file
    assert MUTATIONS // 200 < believed < MUTATIONS // 2, believed  # some damage hurts nothing, most of it does
