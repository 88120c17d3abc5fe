"""A small ruleset without a fault, to be broken by the tests of checking."""

from __future__ import annotations

from pathlib import Path

from stdrules.base.diagnostics import Diagnostic
from stdrules.check.ruleset import check_ruleset
from stdrules.compile.compiler import compile_plan
from stdrules.load.ruleset import load_ruleset

HEADER = """\
stdrules: 1
id: sample
version: 1.0.0
title: {zh: 样例, en: sample}
document: {number: X 1, kind: standard}
case: {type: project, label: {zh: 项目, en: project}, from: {fact: opened}}
timezone: Asia/Shanghai
readings:
  advance:
    clause: ["4.1"]
    alternatives: {calendar: {zh: 日历日, en: calendar}, elapsed: {zh: 小时, en: hours}}
    default: calendar
    why: {zh: 未说明, en: not said}
parameters:
  strict:
    clause: ["4.2"]
    type: boolean
    label: {zh: 从严, en: strict}
    why: {zh: 无, en: none}
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
    links:
      unit: {type: client, by: project_id}
  client:
    kind: state
    label: {zh: 客户, en: client}
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
  rated:
    kind: assessment
    label: {zh: 评定, en: rated}
    time: rated_at
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      row: {type: text, label: {zh: 行号, en: row}}
      grade:
        type: choice
        values: {good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}
        label: {zh: 等级, en: grade}
      rated_at: {type: date, label: {zh: 评定日期, en: rated at}}
"""

NORMS = """\
norms:
- id: first
  kind: deadline
  clause: "4.1"
  modality: obligation
  title: {zh: 评定, en: rated}
  trigger: {event: opened}
  content: {fact: rated}
  within: {reading: advance, when: {calendar: P1D, elapsed: PT24H}}
- id: second
  kind: content
  clause: "4.2"
  modality: obligation
  title: {zh: 认真, en: with care}
  when: 'parameter.strict != null'
  elements: [{id: care, judgement: {zh: 认真否, en: was it done with care}}]
"""

CARD = """\
scorecard:
  id: card
  title: {zh: 评分, en: score}
  clause: "6"
  threshold: {at_least: 2, outcome: winner}
  rating: {fact: rated, indicator: row, grade: grade}
  conditions:
  - {id: c1, clause: "6.1", title: {zh: 甲, en: a}, checks: [{where: 'count(opened) > 0'}]}
  groups:
  - id: A
    label: {zh: 甲, en: a}
    indicators:
    - {id: "1", title: {zh: 一, en: one}, kind: binary, points: 2, statement: s3}
    - {id: "2", title: {zh: 二, en: two}, kind: binary, points: 1}
"""

LEDGER = """\
expected_statements: 5
clauses:
- {id: s1, locator: "4.1", digest: 0123456789ab, summary: {zh: 一, en: one}, status: encoded, norms: [first]}
- id: s2
  locator: "4.2"
  digest: 0123456789ab
  summary: {zh: 二, en: two}
  status: assisted
  norms: [second]
  question: {zh: 认真否, en: was it done with care}
- {id: s3, locator: "6", digest: 0123456789ab, summary: {zh: 三, en: three}, status: encoded, norms: [card/1, card/2]}
- {id: s4, locator: "6", digest: 0123456789ab, summary: {zh: 四, en: four}, status: encoded, norms: [card/c1]}
- {id: s5, locator: "0", digest: 0123456789ab, summary: {zh: 五, en: five}, status: informative, reason: {zh: 前言, en: foreword}}
"""  # noqa: E501


def case(*expected: str, facts: str = "") -> str:
    """Write one test."""
    lines = "".join(f"  - {{{line}}}\n" for line in expected)
    return f"- case: c\n  as_of: 2023-03-05\n  facts: [{facts}]\n  expect:\n{lines}"


CASES = "cases:\n" + "".join(
    [
        case(f"norm: {norm}, state: {state}")
        for norm in ("first", "second")
        for state in ("fulfilled", "breached", "undetermined")
    ]
    + [
        case("scorecard: card, lo: 2, outcome: winner, indicators: {'1': {lo: 1}}"),
        case("scorecard: card, outcome: fail, conditions: {c1: 'true'}"),
        case("scorecard: card, outcome: undetermined", facts="{type: opened, id: o}"),
    ]
)

FILES = {
    "ruleset.yaml": HEADER,
    "vocabulary.yaml": VOCABULARY,
    "norms/04.yaml": NORMS,
    "scorecard.yaml": CARD,
    "clauses.yaml": LEDGER,
    "cases/04.yaml": CASES,
}


def findings(folder: Path, *changes: tuple[str, str, str]) -> list[Diagnostic]:
    """Check the sample after changes: file, what stands there, what stands there instead."""
    files = dict(FILES)
    for name, old, new in changes:
        assert old in files[name], (name, old)
        files[name] = files[name].replace(old, new)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    source = load_ruleset(folder, "sample")
    plan, wrong = compile_plan(source)
    assert plan is not None, [found.render() for found in wrong]
    return check_ruleset(source, plan, source.cases)
