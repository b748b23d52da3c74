"""Alembic migrations: forward only, one dialect-neutral text."""
