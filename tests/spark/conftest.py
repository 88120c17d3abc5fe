"""One session of Spark for all tests here; without pyspark they are left out, and say so."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def spark():
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'stdrules[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java, which Spark runs on")
    from stdrules.spark import session

    made = session("local[2,4]", **{
        "spark.sql.shuffle.partitions": "4", "spark.ui.showConsoleProgress": "false",
    })  # fmt: skip
    made.sparkContext.setLogLevel("OFF")  # the lost worker is meant
    yield made
    made.stop()
