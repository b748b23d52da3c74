"""Every family's vocabulary, by document kind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onapi.intake import sale
from onapi.intake.vocabulary import Vocabulary

VOCABULARIES: Final[Mapping[str, Vocabulary]] = MappingProxyType(
    {
        "01": sale.VOCABULARY,
        "03": sale.VOCABULARY,
        "07": sale.VOCABULARY,
        "08": sale.VOCABULARY,
    }
)
