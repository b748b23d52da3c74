"""Certificates, and the signature SUNAT asks for (DOMAIN 4.1, 4.2)."""
