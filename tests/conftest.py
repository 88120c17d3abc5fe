"""One cache of compiled rulesets for a run of the tests, so that the user's own stays as it is."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

_OWN = "STDRULES_CACHE" not in os.environ
if _OWN:  # workers of a parallel run inherit it
    os.environ["STDRULES_CACHE"] = tempfile.mkdtemp(prefix="stdrules-tests-")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _OWN:
        shutil.rmtree(os.environ["STDRULES_CACHE"], ignore_errors=True)
