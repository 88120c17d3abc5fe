"""One cache of compiled rulesets for a run of the tests; the user's own, and bindings, are left."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

_OWN = "STDRULES_CACHE" not in os.environ
if _OWN:  # workers of a parallel run inherit it
    os.environ["STDRULES_CACHE"] = tempfile.mkdtemp(prefix="stdrules-tests-")
# What the user has bound would be quoted in what the tests compare.
os.environ["STDRULES_BINDINGS"] = "off"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _OWN:
        shutil.rmtree(os.environ["STDRULES_CACHE"], ignore_errors=True)
