"""Audits by columns against the row reader and the case evaluator, on the same wrong data."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

import stdrules
from large.exports import EXAMPLES, same, sheets, write_csv

CASES = [
    pytest.param("q_gxxz_029", "项目导出.xlsx", id="q_gxxz_029"),
    pytest.param("shenzhen_mz", "申报评定导出.xlsx", id="shenzhen_mz"),
    pytest.param("jghq_bzh", "标准化工作台账.xlsx", id="jghq_bzh"),
]
AS_OF = "2024-12-31"


@pytest.mark.parametrize(("name", "book"), CASES)
@pytest.mark.parametrize("memory", ["1GiB", "2MB"])
def test_text_tables_are_judged_as_the_row_reader_does(
    name: str, book: str, memory: str, tmp_path: Path
):
    rules = stdrules.load(name)
    data = write_csv(tmp_path / "data", sheets(EXAMPLES / name / book, seed=7))
    found = stdrules.audit_large(
        rules, data, AS_OF, memory=memory, jobs=1, out=tmp_path / "out", findings="jsonl",
        quarantine=tmp_path / "out" / "quarantine.jsonl",
    )  # fmt: skip
    same(rules, rules.audit(data, AS_OF), found, tmp_path / "out")


@pytest.mark.parametrize("make", ["polars", "pandas", "arrow", "parquet"])
def test_frames_are_judged_as_the_same_text_tables(make: str, tmp_path: Path):
    tables = sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=3)
    frames = {}
    for title, rows in tables.items():
        width = len(rows[0])
        cut = [[*row[:width], *[None] * (width - len(row))] for row in rows]
        frames[title] = pl.DataFrame(cut[1:], schema=dict.fromkeys(map(str, cut[0]), pl.String),
                                     orient="row")  # fmt: skip
        tables[title] = cut
    given: object = frames
    if make == "pandas":
        given = {name: frame.to_pandas() for name, frame in frames.items()}
    elif make == "arrow":
        given = {name: frame.to_arrow() for name, frame in frames.items()}
        assert isinstance(next(iter(given.values())), pa.Table)
    elif make == "parquet":
        given = tmp_path / "parquet"
        given.mkdir()
        for name, frame in frames.items():
            frame.write_parquet(given / f"{name}.parquet")
    asked = {"as_of": AS_OF, "jobs": 1}
    data = write_csv(tmp_path / "data", tables)
    one = stdrules.audit_large("q_gxxz_029", given, **asked)
    other = stdrules.audit_large("q_gxxz_029", data, **asked)
    assert one.violations > 300
    assert (one.counts, one.facts, one.rejected) == (other.counts, other.facts, other.rejected)
    assert one.worst == other.worst


def test_parts_and_processes_change_nothing(tmp_path: Path):
    data = write_csv(tmp_path / "data", sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=5))
    seen = set()
    for number, (memory, jobs) in enumerate([("4GiB", 1), ("4MB", 1), ("2MB", 2)]):
        out = tmp_path / str(number)
        stdrules.audit_large("q_gxxz_029", data, AS_OF, memory=memory, jobs=jobs, out=out,
                             findings="jsonl", only="violations")  # fmt: skip
        seen.add(tuple((out / name).read_bytes() for name in
                       ("findings.jsonl", "summary.json", "quarantine.csv")))  # fmt: skip
    assert len(seen) == 1
