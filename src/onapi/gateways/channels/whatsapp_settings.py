"""A number of WhatsApp's Cloud API, as its owner set it up: a company, or the platform for those that have none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# what may fill a variable of the usual template, and where it comes from
FILLINGS: Final[Mapping[str, str]] = MappingProxyType({"subject": "asunto", "text": "mensaje", "sender": "empresa"})


@dataclass(frozen=True, slots=True)
class WhatsappSettings:
    """What Meta's panel calls phone number ID, access token, and so on."""

    phone_number_id: str
    token: str = field(repr=False)
    business_account_id: str = ""
    app_secret: str = field(default="", repr=False)  # signs the news; without it none is believed
    verify_token: str = field(default="", repr=False)  # that Meta shows when the address of the news is set up
    template: str = ""  # used where a message names none; "" sends without
    template_language: str = "es"
    template_variables: tuple[str, ...] = ("subject",)  # names of FILLINGS, one for each variable of the template
