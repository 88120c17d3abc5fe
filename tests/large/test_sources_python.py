"""`audit` takes frames, Parquet and tables as it takes text tables, and reports the same."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

import stdrules
from large.exports import EXAMPLES, sheets, write_csv
from stdrules.base.errors import UsageError
from stdrules.intake.batch_texts import as_text, cell_text

AS_OF = "2024-12-31"


@pytest.fixture(scope="module")
def tables() -> dict[str, list[list[str | None]]]:
    found = {}
    for title, rows in sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=11).items():
        width = len(rows[0])
        found[title] = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    return found


@pytest.fixture(scope="module")
def expected(tables, tmp_path_factory) -> dict[str, Any]:
    data = write_csv(tmp_path_factory.mktemp("data"), tables)
    return told(stdrules.audit("q_gxxz_029", data, AS_OF), ".csv!")


def told(report: stdrules.Report, ending: str) -> dict[str, Any]:
    """Return a report without what says from which kind of source it is."""
    return json.loads(report.to_json().replace(ending, "!"))


def polars_frames(tables) -> dict[str, pl.DataFrame]:
    return {
        title: pl.DataFrame(rows[1:], schema=dict.fromkeys(map(str, rows[0]), pl.String),
                            orient="row")
        for title, rows in tables.items()
    }  # fmt: skip


@pytest.mark.parametrize("make", ["polars", "lazy", "pandas", "arrow", "batch"])
def test_frames_give_the_report_of_the_same_rows_in_csv(make: str, tables, expected):
    made = {
        "polars": lambda frame: frame,
        "lazy": lambda frame: frame.lazy(),
        "pandas": lambda frame: frame.to_pandas(),
        "arrow": lambda frame: frame.to_arrow(),
        "batch": lambda frame: frame.to_arrow().combine_chunks().to_batches()[0],
    }[make]
    frames = {name: made(frame) for name, frame in polars_frames(tables).items()}
    report = stdrules.load("q_gxxz_029").audit(frames, AS_OF)
    found = told(report, ".csv!")
    assert found == expected
    assert len(report.violations) > 300 and sum(report.rejected.values()) > 20


def test_parquet_and_a_database_do_so_too(tables, expected, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    url = f"sqlite:///{tmp_path / 'a.db'}"
    engine = sa.create_engine(url)
    for title, frame in polars_frames(tables).items():
        frame.write_parquet(folder / f"{title}.parquet")
        frame.to_pandas().to_sql(title, engine, index=False)
    engine.dispose()
    report = stdrules.audit("q_gxxz_029", folder, AS_OF)
    assert told(report, ".parquet!") == expected
    report = stdrules.audit("q_gxxz_029", [f"{url}#{title}" for title in tables], AS_OF)
    assert told(report, ".db!") == expected


def test_sources_of_several_kinds_at_once(tables, expected, tmp_path: Path):
    frames = polars_frames(tables)
    first, *rest = frames
    data = write_csv(tmp_path / "data", {name: tables[name] for name in rest})
    report = stdrules.audit("q_gxxz_029", [{first: frames[first]}, data], AS_OF)
    assert told(report, ".csv!") == expected


RECEIVED = datetime(2023, 2, 28, 9, 0)
KINDS = {
    "naive-us": pa.array([RECEIVED], pa.timestamp("us")),
    "naive-ns": pa.array([RECEIVED], pa.timestamp("ns")),
    "naive-ms": pa.array([RECEIVED], pa.timestamp("ms")),
    "naive-s": pa.array([RECEIVED], pa.timestamp("s")),
    "utc": pa.array([RECEIVED - timedelta(hours=8)], pa.timestamp("us", "UTC")),
    "zone": pa.array([RECEIVED - timedelta(hours=8)], pa.timestamp("ns", "America/New_York")),
    "text": pa.array(["2023-02-28T09:00"]),
    "large-text": pa.array(["2023-02-28 09:00"], pa.large_string()),
    "dictionary": pa.array(["2023/2/28 9:00"]).dictionary_encode(),
    "binary": pa.array([b"2023-02-28T09:00"], pa.binary()),
    "view": pa.array(["2023-02-28T09:00:00"], pa.string_view()),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["frame", "file", "columns"])
def test_a_moment_of_any_type_is_the_same_instant(kind: str, way: str, tmp_path: Path):
    frame = pa.table({"id": ["t1"], "project_id": ["P1"], "received_at": KINDS[kind]})
    given: Any = {"project_task_received": frame}
    if way == "file":
        given = tmp_path / "project_task_received.parquet"
        pq.write_table(frame, given)
    if way == "columns":
        report = stdrules.audit_large("q_gxxz_029", given, "2023-03-05", jobs=1)
        assert report.counts["4.1-plan-48h"] == {"overdue": 1}
        return
    report = stdrules.audit("q_gxxz_029", given, "2023-03-05")
    assert "2023-02-28 09:00" in report.why(report.find(norm="4.1-plan-48h")[0]).en
    assert not report.diagnostics


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (84.5, "84.5"), (3.0, "3"), (1e22, "10000000000000000000000"), (1e-7, "0.0000001"),
        (Decimal("12.50"), "12.50"), (Decimal("0E-10"), "0.0000000000"), (True, "true"),
        (date(2024, 3, 1), "2024-03-01"), (timedelta(hours=1.5), "PT5400S"),
        (datetime(2024, 3, 1, 9, 0, 0, 5), "2024-03-01T09:00:00.000005"),
        (["a", "b"], "a\nb"), (b"\xff", "ff"), ({"a": 1}, '{"a": 1}'), (7, "7"),
    ],
)  # fmt: skip
def test_a_typed_cell_is_the_text_that_an_export_would_hold(value: object, text: str):
    assert cell_text(value) == text
    assert as_text(pl.Series([value, None], strict=False)).to_list() == [text, None]


def test_lists_keep_their_entries():
    rules = stdrules.load("q_gxxz_029")
    name, field = next(
        (name, field) for name, kind in rules.vocabulary.types.items()
        for field, spec in kind.fields.items() if spec.type == "texts" and kind.time
    )  # fmt: skip
    rows = {"id": ["a", "b", "c"], "case": ["P1"] * 3, "at": ["2023-03-01"] * 3,
            field: [["x,y", "z"], ["u", "v"], None]}  # fmt: skip
    for given in (pl.DataFrame(rows), pa.table(rows), pd.DataFrame(rows)):
        report = rules.audit({name: given}, "2023-03-05")
        assert report.log is not None
        values = {fact.id: fact.fields[field] for fact in report.log.facts}
        assert (values["a"], values["b"]) == (("x,y", "z"), ("u", "v"))


def test_a_pandas_column_of_several_types_sets_single_rows_aside():
    frame = pd.DataFrame({
        "id": [1, "t2", 3.0, 4], "project_id": ["P1"] * 4,
        "received_at": [pd.Timestamp("2023-02-28 09:00"), "2023-02-28T09:00", 7, None],
    })  # fmt: skip
    report = stdrules.audit("q_gxxz_029", {"project_task_received": frame}, "2023-03-05")
    assert report.log is not None
    assert [fact.id for fact in report.log.facts] == ["1", "4", "t2"]
    errors = [d for d in report.diagnostics if d.severity.value == "error"]
    assert [str(d.span) for d in errors] == ["project_task_received!C4"]


def test_two_columns_of_one_name_block_the_table():
    frame = pa.Table.from_arrays(
        [pa.array(["P1"]), pa.array(["2023-02-28"]), pa.array(["2023-03-01"])],
        ["project_id", "received_at", "received_at"],
    )
    with pytest.raises(stdrules.FactsError) as caught:
        stdrules.audit("q_gxxz_029", {"project_task_received": frame}, "2023-03-05")
    assert [one.code for one in caught.value.diagnostics] == ["E421"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"project_task_received": 7}, "cannot be of type int", id="a-number"),
        pytest.param({"project_task_received": pd.Series([1])}, "of type Series", id="a-series"),
        pytest.param(pl.DataFrame(), "cannot be of type DataFrame", id="type-not-said"),
        pytest.param(7, "cannot be of type int", id="no-source"),
    ],
)
def test_what_is_no_frame_is_refused(given: object, said: str):
    with pytest.raises(UsageError, match=said):
        stdrules.audit("q_gxxz_029", given, "2023-03-05")
