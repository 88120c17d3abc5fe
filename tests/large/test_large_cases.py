"""Some cases only, several rulesets at once, all or nothing: against the case evaluator."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

import stdrules
from large.exports import EXAMPLES, counts_of, sheets, told, write_csv, written
from stdrules.base.errors import FactsError, UsageError
from stdrules.model.facts import Fact

AS_OF = "2024-12-31"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    tables = sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=13)
    return write_csv(folder, tables)


@pytest.mark.parametrize("memory", ["1GiB", "2MB"])
def test_some_cases_are_judged_as_if_all_were(data: Path, memory: str, tmp_path: Path):
    rules = stdrules.load("q_gxxz_029")
    whole = rules.audit(data, AS_OF)
    assert whole.log is not None
    corrected = {fact.supersedes for fact in whole.log.facts if fact.supersedes}
    tangled = [fact for fact in whole.log.facts if fact.id in corrected]
    names = sorted({one for fact in whole.log.facts for one in fact.cases.get("project", ())})
    chosen = {names[3], names[-1], *own_cases(tangled[:1])}
    found = stdrules.audit_large(
        rules, data, AS_OF, memory=memory, jobs=1, cases=sorted(chosen), findings="jsonl",
        out=tmp_path,
    )  # fmt: skip
    report = rules.audit(data, AS_OF, cases=chosen)
    assert {n: s for n, s in found.counts.items() if s} == counts_of(report)
    assert written(tmp_path / "findings.jsonl") == told(report)
    assert found.cases == len(chosen) and found.rejected == report.rejected


def own_cases(facts: list[Fact]) -> set[str]:
    return {one for fact in facts for one in fact.cases.get("project", ())}


def test_a_case_that_is_not_there_is_refused(data: Path):
    with pytest.raises(UsageError, match="there is no case `nobody`"):
        stdrules.audit_large("q_gxxz_029", data, AS_OF, jobs=1, cases=["nobody"])


def test_strictly_nothing_is_judged_after_a_bad_row(data: Path, tmp_path: Path):
    with pytest.raises(FactsError, match="the data are wrong") as caught:
        stdrules.audit_large("q_gxxz_029", data, AS_OF, jobs=1, strict=True, out=tmp_path)
    assert len(caught.value.diagnostics) > 20
    assert (tmp_path / "quarantine.csv").is_file() and not (tmp_path / "summary.json").exists()


def test_all_rulesets_over_the_exports_of_all(tmp_path: Path):
    """Each says of everything what it says alone of what it knows."""
    folder = tmp_path / "in"
    for name, book in (("q_gxxz_029", "项目导出.xlsx"), ("jghq_bzh", "标准化工作台账.xlsx"),
                       ("db4201_629", "服务站导出.xlsx")):  # fmt: skip
        tables = sheets(EXAMPLES / name / book, seed=17)
        for title, rows in tables.items():
            if not (folder / f"{title}.csv").exists():
                write_csv(folder, {title: rows})
    used = ["q_gxxz_029", "jghq_bzh", "db4201_629"]
    found = stdrules.audit_large_together(
        used, folder, AS_OF, jobs=1, out=tmp_path / "out", findings="jsonl",
    )  # fmt: skip
    other = stdrules.audit_together(used, folder, AS_OF)
    assert list(found) == used
    for name, report in other.reports.items():
        assert written(tmp_path / "out" / name / "findings.jsonl") == told(report)
        assert found[name].rejected == report.rejected
        assert found[name].violations > 5
        summary = json.loads((tmp_path / "out" / name / "summary.json").read_text("utf-8"))
        assert summary["violations"] == len(report.violations)


def test_a_case_of_one_of_several_rulesets(data: Path):
    used = ["q_gxxz_029", "jghq_bzh"]
    found = stdrules.audit_large_together(used, data, AS_OF, jobs=1, cases=["XZ-2023-05"])
    assert [found[name].cases for name in used] == [1, 0]
    with pytest.raises(UsageError, match="there is no case `nobody`"):
        stdrules.audit_large_together(used, data, AS_OF, jobs=1, cases=["nobody"])
    with pytest.raises(UsageError, match="given twice"):
        stdrules.audit_large_together(["q_gxxz_029", "q_gxxz_029"], data, AS_OF)


def test_several_rulesets_write_to_places_of_their_own(tmp_path: Path):
    """The vocabularies share a type; each ruleset has its own quarantine file and table."""
    facts = [
        {"type": "person", "id": "p1", "case": "S1", "at": "2022-01-01"},
        {"type": "nothing_known", "id": "x"},
    ]
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in facts), "utf-8")
    url = f"sqlite:///{tmp_path / 'found.db'}"
    used = ["db4201_629", "suzhou_464"]
    found = stdrules.audit_large_together(
        used, path, "2022-12-31", jobs=1, quarantine=tmp_path / "bad.jsonl",
        findings=f"sql:{url}#found",
    )  # fmt: skip
    engine = sa.create_engine(url)
    with engine.connect() as link:
        for name in used:
            count = link.exec_driver_sql(f"SELECT count(*) FROM found_{name}").scalar()
            assert count == found[name].findings > 10
            rows = (tmp_path / f"bad.{name}.jsonl").read_text("utf-8").splitlines()
            assert [json.loads(row)["code"] for row in rows] == ["E402"]
    engine.dispose()
