"""Certificates, and the signature SUNAT asks for."""
