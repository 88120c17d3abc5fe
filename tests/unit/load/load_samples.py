"""A small ruleset for the tests of reading: complete, right, with switches in its norms."""

from __future__ import annotations

from pathlib import Path

HEADER = """\
stdrules: 1
id: sample
version: 1.0.0
title: {zh: 样例, en: sample}
document:
  number: X 1
  kind: standard
  issuer: {zh: 某局, en: bureau}
  in_force: {from: 2020-01-01, to: null}
case: {type: project, label: {zh: 项目, en: project}, from: {fact: opened}, to: {fact: closed}}
timezone: Asia/Shanghai
calendar: CN
readings:
  advance:
    clause: ["4.3"]
    alternatives:
      calendar: {zh: 日历日, en: calendar days}
      elapsed: {zh: 小时, en: hours}
    default: calendar
    why: {zh: 未说明, en: not said}
parameters:
  reply: {clause: ["4.2"], type: duration, default: null,
          label: {zh: 答复, en: reply}, why: {zh: 无, en: none}}
  least: {clause: ["4.4"], type: number, default: "8",
          label: {zh: 次数, en: times}, why: {zh: 无, en: none}}
"""

VOCABULARY = """\
types:
  opened:
    kind: event
    label: {zh: 立项, en: opened}
    time: opened_at
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}, aliases: [项目号]}
      opened_at: {type: moment, label: {zh: 立项时间, en: opened at}}
  closed:
    kind: event
    label: {zh: 结项, en: closed}
    time: closed_on
    case: {link: opening}
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      closed_on: {type: date, label: {zh: 结项日期, en: closed on}}
    links:
      opening: {type: opened, by: project_id}
"""

NORMS = """\
norms:
- id: 4.1-open
  kind: deadline
  clause: "4.1"
  modality: obligation
  bearer: manager
  title: {zh: 按时结项, en: closed in time}
  trigger: {event: opened, where: 'project_id != "x"'}
  content: {event: closed, match: {project_id: trigger.project_id}}
  before: {reading: advance, when: {calendar: P1D, elapsed: PT24H}}
- id: 4.2-reply
  kind: deadline
  clause: "4.2"
  modality: obligation
  title: {zh: 答复, en: reply}
  trigger: {event: opened}
  content: {event: closed}
  within: {parameter: reply}
- id: 4.4-count
  kind: count
  clause: "4.4"
  modality: recommendation
  title: {zh: 八次, en: eight times}
  content: {event: closed}
  at_least: {parameter: least}
"""

LEDGER = """\
expected_statements: 1
clauses:
- id: 4.1-open
  locator: "4.1"
  digest: 0123456789ab
  modality: obligation
  summary: {zh: 按时结项, en: closed in time}
  status: encoded
  norms: [4.1-open]
"""

SCORECARD = """\
scorecard:
  id: card
  title: {zh: 评分, en: score}
  clause: "6"
  threshold: {at_least: {parameter: least}, outcome: pass}
  rating: {fact: closed, indicator: project_id, grade: project_id}
  groups:
  - id: A
    label: {zh: 甲, en: a}
    indicators:
    - id: "1"
      title: {zh: 一, en: one}
      kind: graded
      grades: {good: 2, poor: 0}
      points: 2
"""

CASES = """\
cases:
- case: closed in time
  clause: "4.1"
  as_of: 2023-03-05
  facts:
  - {type: opened, id: o, at: 2023-03-01T09:00, project_id: P1}
  expect:
  - {norm: 4.1-open, state: pending}
"""

FILES = {
    "ruleset.yaml": HEADER,
    "vocabulary.yaml": VOCABULARY,
    "norms/04_basic.yaml": NORMS,
    "clauses.yaml": LEDGER,
    "scorecard.yaml": SCORECARD,
    "cases/04.yaml": CASES,
    "NOTES.md": "notes",
}


def write(folder: Path, **changed: str | None) -> Path:
    """Write the sample into a folder.

    Args:
        folder: Made if it is not there.
        changed: Files to change, by their name without folder and ending (``norms``: the file
            of norms); None leaves the file out.
    """
    for name, text in FILES.items():
        key = {"norms/04_basic.yaml": "norms", "cases/04.yaml": "cases"}.get(name)
        key = key or name.partition(".")[0]
        new = changed.get(key, text)
        if new is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new, encoding="utf-8")
    return folder
