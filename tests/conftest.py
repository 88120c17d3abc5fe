"""One cache of compiled rulesets for a run of the tests; the user's own, and bindings, are left."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from stdrules.base.process import collect_rarely

# As the command line does: plans and worlds stay until the end.
collect_rarely()

_OWN = "STDRULES_CACHE" not in os.environ
if _OWN:  # workers of a parallel run inherit it
    os.environ["STDRULES_CACHE"] = tempfile.mkdtemp(prefix="stdrules-tests-")
# What the user has bound would be quoted in what the tests compare.
os.environ["STDRULES_BINDINGS"] = "off"


def _settle() -> None:
    """Leave what is there by now out of later collections: ten thousand tests, rulesets, worlds."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish(session: pytest.Session) -> None:
    _settle()


@pytest.fixture(scope="module", autouse=True)
def _module() -> Iterator[None]:
    yield
    _settle()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _OWN:
        shutil.rmtree(os.environ["STDRULES_CACHE"], ignore_errors=True)
