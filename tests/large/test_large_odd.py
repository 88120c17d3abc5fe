"""Sparse and odd inputs: both readers say the same, and nothing is dropped in silence."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import stdrules
from large.exports import counts_of, faults, set_aside
from stdrules.base.errors import FactsError

AS_OF = "2023-03-05"
HEAD = "id,project_id,received_at\n"
ROW = "t1,P1,2023-02-28T09:00\n"
NAME = "project_task_received"


def both(given: Any, out: Path) -> tuple[stdrules.Report, stdrules.LargeAudit]:
    """Audit by both engines, hold one to the other, and return what they say."""
    report = stdrules.audit("q_gxxz_029", given, AS_OF)
    found = stdrules.audit_large("q_gxxz_029", given, AS_OF, jobs=1, out=out,
                                 quarantine=out / "q.jsonl")  # fmt: skip
    assert {n: s for n, s in found.counts.items() if s} == counts_of(report)
    assert found.rejected == report.rejected
    rows = {one for one in faults(report) if one[1] not in ("E411", "E412", "E414", "E421")}
    assert set_aside(out / "q.jsonl") == rows
    others = sorted((str(one.span), one.code) for one in report.diagnostics
                    if (str(one.span), one.code) not in rows)  # fmt: skip
    mine = sorted((str(one.span), one.code) for one in found.diagnostics
                  if (str(one.span), one.code) not in rows)  # fmt: skip
    assert mine == others
    return report, found


def plain(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.write_bytes(text.encode(encoding))


FILES: dict[str, Callable[[Path], None]] = {
    "empty": lambda p: plain(p, ""),
    "header-only": lambda p: plain(p, HEAD),
    "blank-lines": lambda p: plain(p, "\n\n" + HEAD + "\n,,\n" + ROW + "\n"),
    "bom": lambda p: plain(p, HEAD + ROW, "utf-8-sig"),
    "gbk": lambda p: plain(p, "项目编号,接收时间,业主\nP1,2023-02-28 09:00,某某公司\n", "gbk"),
    "utf-16": lambda p: plain(p, HEAD + ROW, "utf-16"),
    "semicolon": lambda p: plain(p, (HEAD + ROW).replace(",", ";")),
    "tab": lambda p: plain(p, (HEAD + ROW).replace(",", "\t")),
    "sep-note": lambda p: plain(p, "sep=;\n" + (HEAD + ROW).replace(",", ";")),
    "crlf": lambda p: plain(p, (HEAD + ROW).replace("\n", "\r\n")),
    "no-last-newline": lambda p: plain(p, (HEAD + ROW).rstrip()),
    "quoted-newlines": lambda p: plain(p, 'id,project_id,received_at,owner\n"t\n1",P1,"2023-02-28 '
                                          '09:00","a ""b"",\nc"\nt2,P2,2023-03-01,x\n'),
    "open-quote": lambda p: plain(p, HEAD + ROW + 't2,P2,"2023-02-28\nt3,P3,2023-03-01\n'),
    "same-headings": lambda p: plain(p, "id,project_id,received_at,received_at\n" + ROW),
    "unknown-headings": lambda p: plain(p, "id,project_id,received_at,what,\n"
                                           "t1,P1,2023-02-28,x,\n"),
    "surplus-cells": lambda p: plain(p, HEAD + "t1,P1,2023-02-28,more\nt2,P2,2023-03-01,,\n"),
    "short-rows": lambda p: plain(p, HEAD + "t1,P1\nt2\nt3,P3,2023-03-01\n"),
    "title-above": lambda p: plain(p, "export of March\n\n" + HEAD + ROW),
    "nul": lambda p: p.write_bytes((HEAD + ROW).encode() + b"\0\0"),
    "not-text": lambda p: p.write_bytes(bytes(range(128, 256)) * 9),
    "long-cell": lambda p: plain(p, HEAD + f"t1,{'P' * 70_000},2023-02-28\n" + ROW),
    "same-id-twice": lambda p: plain(p, HEAD + ROW + ROW + "t2,P2,2023-03-01\nt2,P3,2023-03-01\n"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_text_tables(kind: str, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    FILES[kind](folder / f"{NAME}.csv")
    plain(folder / "document_completed.csv", "id,project_id,document_type,completed_at\n"
                                             "d1,P9,schedule,2023-03-01\n")  # fmt: skip
    report, _ = both(folder, tmp_path / "out")
    alone = tmp_path / "out2"
    if kind in ("utf-16", "nul", "not-text", "same-headings"):
        with pytest.raises(FactsError, match="no facts could be read"):
            stdrules.audit_large("q_gxxz_029", folder / f"{NAME}.csv", AS_OF, out=alone)
        assert report.diagnostics


@pytest.mark.parametrize("make", ["empty", "header-only"])
def test_nothing_to_judge_is_no_error_and_not_clean(make: str, tmp_path: Path):
    FILES[make](tmp_path / f"{NAME}.csv")
    for given in (tmp_path, tmp_path / f"{NAME}.csv"):
        report, found = both(given, tmp_path / "out")
        assert (found.cases, found.rows, report.obligations) == (0, 0, [])
    (tmp_path / "none").mkdir()
    _, found = both(tmp_path / "none", tmp_path / "out")
    assert found.cases == 0


def table(**columns: Any) -> pa.Table:
    return pa.table({"id": ["t1", "t2"], "project_id": ["P1", "P2"],
                     "received_at": ["2023-02-28T09:00", "soon"], **columns})  # fmt: skip


def union() -> pa.Array:
    kinds = pa.array([0, 1], pa.int8())
    return pa.UnionArray.from_sparse(kinds, [pa.array([1, None]), pa.array([None, "two"])])


FRAMES: dict[str, Callable[[], pa.Table]] = {
    "no-rows": lambda: table().slice(0, 0),
    "no-columns": lambda: pa.table({}),
    "nulls": lambda: table(project_id=[None, None]),
    "null-type": lambda: table(recorded_at=pa.nulls(2)),
    "decimals": lambda: table(project_id=pa.array([1, 2], pa.decimal128(20, 3))),
    "wide-decimals": lambda: table(project_id=pa.array([10**40, 2], pa.decimal256(50, 0))),
    "half-floats": lambda: table(project_id=pa.array([1.5, 2.0], pa.float32())),
    "not-a-number": lambda: table(project_id=pa.array([float("nan"), float("inf")])),
    "unsigned": lambda: table(project_id=pa.array([2**64 - 1, 0], pa.uint64())),
    "dictionary": lambda: table(project_id=pa.array(["P1", None]).dictionary_encode()),
    "large-string": lambda: table(project_id=pa.array(["P1", "P2"], pa.large_string())),
    "fixed-binary": lambda: table(project_id=pa.array([b"P1", b"\xff\xfe"], pa.binary(2))),
    "lists-for-a-text": lambda: table(project_id=[["P1"], ["P2", "P3"]]),
    "nested-lists": lambda: table(what=[[["a"], []], None]),
    "structs": lambda: table(what=[{"a": 1}, None]),
    "maps": lambda: table(what=pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64()))),
    "unions": lambda: table(what=union()),
    "days": lambda: table(received_at=pa.array([19416, None], pa.date32())),
    "far-years": lambda: table(received_at=pa.array([2**62, 0], pa.timestamp("us"))),
    "times-of-day": lambda: table(what=pa.array([1, 2], pa.time64("us"))),
    "durations": lambda: table(what=pa.array([1, 2], pa.duration("ms"))),
    "odd-headings": lambda: table(**{"": ["", ""], " ": ["x", "y"], "a\nb": ["", ""]}),
}  # fmt: skip


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("way", ["frame", "file"])
def test_typed_tables(kind: str, way: str, tmp_path: Path):
    given: Any = {NAME: FRAMES[kind]()}
    if way == "file":
        if kind == "unions":
            pytest.skip("Parquet has no unions")
        given = tmp_path / f"{NAME}.parquet"
        pq.write_table(FRAMES[kind](), given)
    more = {"document_completed": pl.DataFrame({
        "id": ["d1"], "project_id": ["P9"], "document_type": ["schedule"],
        "completed_at": ["2023-03-01"],
    })}  # fmt: skip
    both([given, more], tmp_path / "out")


def test_a_folder_of_parquet_with_differing_parts(tmp_path: Path):
    folder = tmp_path / f"{NAME}.parquet" / "region=north"
    folder.mkdir(parents=True)
    parts = [
        pa.table({"id": ["t1"], "project_id": ["P1"], "received_at": ["2023-02-28T09:00"]}),
        pa.table({"received_at": pa.array([1677546000_000_000], pa.timestamp("us", "UTC")),
                  "project_id": [7]}),
        pa.table({"id": pa.array([], pa.string())}),
        pa.table({"project_id": ["P3"], "received_at": ["soon"], "owner": ["x"]}),
    ]  # fmt: skip
    for number, part in enumerate(parts):
        pq.write_table(part, folder / f"part-{number}.parquet")
    (folder / "_SUCCESS").touch()
    (folder / "_part-9.parquet").write_text("half written")
    report, found = both(folder.parent, tmp_path / "out")
    assert found.facts == {NAME: 2} and found.rejected == {NAME: 1}
    assert report.log is not None
    assert {one for fact in report.log.facts for one in fact.cases["project"]} == {"P1", "7"}
    # A folder that a cluster wrote needs no ending.
    folder.parent.rename(tmp_path / NAME)
    parted = tmp_path / NAME / "region=north"
    parted.rename(tmp_path / "x")
    (tmp_path / NAME).rmdir()
    (tmp_path / "x").rename(tmp_path / NAME)
    _, again = both(tmp_path / NAME, tmp_path / "out")
    assert again.facts == found.facts


def test_a_broken_part_is_named_and_the_others_are_read(tmp_path: Path):
    folder = tmp_path / f"{NAME}.parquet"
    folder.mkdir()
    for number in range(3):
        pq.write_table(table().slice(0, 1), folder / f"part-{number}.parquet")
    whole = (folder / "part-1.parquet").read_bytes()
    (folder / "part-1.parquet").write_bytes(whole[:40])
    _, found = both(folder, tmp_path / "out")
    assert [(str(one.span), one.code) for one in found.diagnostics] == [
        (f"{NAME}.parquet/part-1.parquet", "E412"),
    ]  # fmt: skip
    (tmp_path / "empty.parquet").mkdir()
    with pytest.raises(FactsError, match="there is no Parquet file in the folder"):
        stdrules.audit_large("q_gxxz_029", tmp_path / "empty.parquet", AS_OF)


def test_links_to_files_and_folders(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    plain(tmp_path / "a.csv", HEAD + ROW)
    (folder / f"{NAME}.csv").symlink_to(tmp_path / "a.csv")
    (folder / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    for given in (folder, tmp_path / "link"):
        _, found = both(given, tmp_path / "out")
        assert found.cases == 1
        assert ("gone.csv", "E412") in {(str(one.span), one.code) for one in found.diagnostics}


def test_a_file_that_cannot_be_read_or_vanishes(tmp_path: Path, monkeypatch):
    from stdrules.intake import batch_sources

    given = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.jsonl"
        path.write_text('{"type": "project_task_received", "id": "' + name + '", "case": "P1", '
                        '"at": "2023-02-28"}\n')  # fmt: skip
        given.append(path)
    pq.write_table(table().slice(0, 1), tmp_path / f"{NAME}.parquet")
    plain(tmp_path / f"{NAME}.csv", HEAD + ROW)
    before = batch_sources.open_all

    def vanishing(*args: Any) -> Any:
        found = list(before(*args))
        for path in (given[1], tmp_path / f"{NAME}.parquet", tmp_path / f"{NAME}.csv"):
            path.unlink(missing_ok=True)
        return iter(found)

    from stdrules.intake import batch_read

    monkeypatch.setattr(batch_read, "open_all", vanishing)
    found = stdrules.audit_large("q_gxxz_029", tmp_path, AS_OF, jobs=1)
    lost = sorted((str(one.span), one.code) for one in found.diagnostics)
    assert lost == [("b.jsonl", "E412"), (f"{NAME}.csv", "E412"), (f"{NAME}.parquet", "E412")]
    assert found.cases == 1


def test_a_file_gone_before_anything_is_read(tmp_path: Path, monkeypatch):
    from stdrules.intake import batch_sources

    plain(tmp_path / f"{NAME}.csv", HEAD + ROW)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    monkeypatch.setattr(batch_sources, "all_files", lambda path: [tmp_path / "nowhere.csv"])
    with pytest.raises(FactsError, match="cannot be read: no such file"):
        stdrules.audit_large("q_gxxz_029", tmp_path, AS_OF)


def test_many_columns_and_a_row_of_odd_width_in_a_large_file(tmp_path: Path):
    """More rows than one batch; the wrong ones at the edges of batches."""
    path = tmp_path / f"{NAME}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "project_id", "received_at"])
        for number in range(66_000):
            row = [f"t{number}", f"P{number % 50}", "2023-02-28T09:00"]
            if number in (0, 65_535, 65_536, 65_999):
                row[2] = "soon"
            writer.writerow(row + ["more"] * (number == 30_000))
    found = stdrules.audit_large("q_gxxz_029", path, AS_OF, jobs=1, cases=["P7"],
                                 quarantine=tmp_path / "q.jsonl")  # fmt: skip
    places = {place for place, _ in set_aside(tmp_path / "q.jsonl")}
    assert places == {f"{NAME}.csv!{cell}" for cell in
                      ("C2", "C65537", "C65538", "C66001", "D30002")}  # fmt: skip
    assert (found.rows, found.rejected, found.cases) == (66_000, {NAME: 5}, 1)


def test_names_that_agree_are_told_with_their_folders(tmp_path: Path):
    for one in ("a/x", "b/x"):
        (tmp_path / one).mkdir(parents=True)
        plain(tmp_path / one / f"{NAME}.csv", f"project_id,received_at\n{one[0]},2023-02-28\n")
    _, found = both([tmp_path / "a/x", tmp_path / "b/x"], tmp_path / "out")
    assert (found.cases, found.rejected) == (2, {})
    assert os.listdir(tmp_path / "out")
