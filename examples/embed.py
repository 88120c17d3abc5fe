"""Ten lines: judge facts of your own program, and print what was missed and why."""

import stdrules

rules = stdrules.load("q_gxxz_029")
facts = [
    {"type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00"},
    {"type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
     "fields": {"document_type": "schedule"}},
]  # fmt: skip
report = rules.evaluate(facts, as_of="2023-03-31")
for finding in report.violations:
    print(f"{finding.norm.clause}  {finding.state}  {report.why(finding).zh}")
