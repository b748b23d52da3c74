"""The API as a collection of requests that other programs run: Postman's and Bruno's, made from the OpenAPI document.

A collection is a walk: folders by tag, requests in an order in which each finds what those before it made.
"""

from onapi.collection.bruno import write_bruno
from onapi.collection.plan import Place, plan
from onapi.collection.postman import write_postman

WRITERS = {"postman": write_postman, "bruno": write_bruno}

__all__ = ["WRITERS", "Place", "plan"]
