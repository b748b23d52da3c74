"""One running OnAPI for the generated client."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[2] / "clients" / "python"
if not (CLIENT / "onapi_client").is_dir():
    raise pytest.UsageError("the Python client is not written yet: `make clients`")
sys.path.insert(0, str(CLIENT))  # the client under test
sys.path.insert(0, str(Path(__file__).parents[1] / "api"))  # the stack that it speaks to
sys.path.insert(0, str(Path(__file__).parent))

from api_stack import PASSWORD, RUC, running
from client_stack import BOSS, Clients, client_of, signed_in
from onapi_client import AuthenticatedClient, Client

from onapi.flows import sign_in
from onapi.settings import CLIENT_ID

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share the stack in one process."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("clients"))


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """The clients, each of whose answers is heard."""
    with running(tmp_path_factory.mktemp("clients")) as stack:
        sign_in.register(
            stack.platform, client_id=CLIENT_ID, username=BOSS, password=PASSWORD, rucs=(RUC,), role="admin"
        )
        heard: list[tuple[str, str, int]] = []
        with client_of(stack, heard, Client) as anybody:
            token = signed_in(anybody).token
            with client_of(stack, heard, AuthenticatedClient, token=token) as api:
                yield Clients(stack, anybody, api, heard)
