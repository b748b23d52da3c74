"""Every family's vocabulary, by document kind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onapi.intake import batch, gre, purchase, sale, withholding
from onapi.intake.vocabulary import Vocabulary

VOCABULARIES: Final[Mapping[str, Vocabulary]] = MappingProxyType(
    {
        "01": sale.VOCABULARY,
        "03": sale.VOCABULARY,
        "04": purchase.VOCABULARY,
        "07": sale.VOCABULARY,
        "08": sale.VOCABULARY,
        "09": gre.VOCABULARY,
        "20": withholding.RETENTION_VOCABULARY,
        "31": gre.VOCABULARY,
        "40": withholding.PERCEPTION_VOCABULARY,
        "RC": batch.SUMMARY_VOCABULARY,
        "RA": batch.VOIDED_VOCABULARY,
        "RR": batch.VOIDED_VOCABULARY,
    }
)
