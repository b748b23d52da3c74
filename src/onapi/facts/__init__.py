"""What SUNAT and the law say, as rows of files: catalogues, return codes, rates, legal windows, places.

| ask | for | file |
| --- | --- | --- |
| `catalog`, `is_listed` | a SUNAT catalogue, a code of it on a day | `catalogs/NN.tsv` |
| `return_code`, `search_codes`, `outcome_of` | what an answer of SUNAT means | `codes.tsv`, `outcomes.tsv` |
| `rate`, `accepted_igv_rates` | a tax rate on a day | `rates.tsv`, `igv_accepted.tsv` |
| `window` | the days the law gives to send or to void | `windows.tsv` |
| `place` | a district by its ubigeo | `ubigeo.tsv` |
| `detraccion` | a good or service subject to detraccion | `detracciones.tsv` |

Each table is read when first asked for. Where the rows come from: `SOURCES.md`.
"""

from onapi.facts.catalog import Entry, catalog, is_listed
from onapi.facts.codes import Outcome, ReturnCode, outcome_of, return_code, search_codes
from onapi.facts.detracciones import Detraccion, detraccion
from onapi.facts.places import Place, place
from onapi.facts.rates import Rate, accepted_igv_rates, rate
from onapi.facts.windows import Window, window

__all__ = [
    "Detraccion",
    "Entry",
    "Outcome",
    "Place",
    "Rate",
    "ReturnCode",
    "Window",
    "accepted_igv_rates",
    "catalog",
    "detraccion",
    "is_listed",
    "outcome_of",
    "place",
    "rate",
    "return_code",
    "search_codes",
    "window",
]
