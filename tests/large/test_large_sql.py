"""Tables of databases: in and out."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

import stdrules
from stdrules.base.errors import FactsError, UsageError

AS_OF = "2023-03-05"


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'a.db'}"
    engine = sa.create_engine(found)
    with engine.begin() as link:
        link.execute(sa.text("create table tasks (id text primary key, project_id text, "
                             "received_at text)"))  # fmt: skip
        link.execute(sa.text("insert into tasks values ('t1', 'P1', '2023-02-28T09:00'), "
                             "('t2', 'P2', '2023-02-30T09:00'), ('t3', 'P3', '2023-03-04T09:00')"))
    engine.dispose()
    return found


def test_a_table_is_read_as_facts_of_a_type(url: str, tmp_path: Path):
    found = stdrules.audit_large(
        "q_gxxz_029", f"{url}#tasks=project_task_received", AS_OF, jobs=1,
        quarantine=tmp_path / "q.jsonl",
    )  # fmt: skip
    assert (found.cases, found.rows) == (2, 3)
    assert found.rejected == {"project_task_received": 1}
    assert found.counts["4.1-plan-48h"] == {"due_soon": 1, "overdue": 1}
    row = json.loads((tmp_path / "q.jsonl").read_text("utf-8"))
    assert (row["row"], row["code"], row["cells"]) == (3, "E401", ["t2", "P2", "2023-02-30T09:00"])


def test_findings_go_into_a_table_once(url: str, tmp_path: Path):
    source = f"{url}#tasks=project_task_received"
    asked = {"jobs": 1, "findings": f"sql:{url}#found", "only": "violations"}
    found = stdrules.audit_large("q_gxxz_029", source, AS_OF, **asked)
    engine = sa.create_engine(url)
    with engine.connect() as link:
        rows = link.execute(sa.text("select \"case\", norm, state, due from found")).all()
    engine.dispose()
    assert len(rows) == found.violations == found.findings > 0
    assert ("P1", "4.1-plan-48h", "overdue", "2023-03-02T09:00:00+08:00") in rows
    with pytest.raises(UsageError, match="holds rows already"):
        stdrules.audit_large("q_gxxz_029", source, AS_OF, **asked)


def test_a_table_that_is_not_there_is_an_error(url: str):
    with pytest.raises(FactsError, match="there is no table `gone`"):
        stdrules.audit_large("q_gxxz_029", f"{url}#gone", AS_OF)
