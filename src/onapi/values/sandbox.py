"""The published account of the sandbox's phone: what its WhatsApp takes, and what OnAPI has where nothing else is set.

Nothing of it opens anything but the simulator on this machine.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """A WhatsApp business account as the Cloud API knows it; the defaults are the sandbox's own."""

    token: str = field(default="onapi-sandbox-token", repr=False)
    app_secret: str = field(default="onapi-sandbox-app-secret", repr=False)
    verify_token: str = field(default="onapi-sandbox-verify-token", repr=False)
    number_id: str = "100000000000001"  # phone-number-id of the paths
    business_id: str = "200000000000001"
    number: str = "51900000000"  # that people see


SANDBOX_PHONE = PhoneAccount()
