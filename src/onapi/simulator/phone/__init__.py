"""The sandbox's phone: a look-alike of WhatsApp's Cloud API, with the persons behind it.

It speaks the protocol of the true one over HTTP under /whatsapp, so that a client has nothing to change but an address.
"""

from onapi.simulator.phone.switchboard import Manners, Phone
from onapi.simulator.phone.windows import phone_routes

__all__ = ["Manners", "Phone", "phone_routes"]
