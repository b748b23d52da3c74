"""OnAPI: electronic invoicing for Peru, from a receipt to SUNAT's signed answer."""

__version__ = "0.1.0"
