"""The OpenAPI document: what the framework knows of the operations, made whole for people and for generators."""

from onapi.api.openapi.document import complete

__all__ = ["complete"]
