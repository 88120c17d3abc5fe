"""A small world for the tests of compiling: types of every kind, and switches."""

from __future__ import annotations

import textwrap
from pathlib import Path

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.truth import Missing
from stdrules.compile.compiler import compile_plan
from stdrules.load.ruleset import Ruleset, load_ruleset
from stdrules.plan.plan import Plan, PlanNorm

HEADER = """\
stdrules: 1
id: sample
version: 1.0.0
title: {zh: 样例, en: sample}
document: {number: X 1, kind: standard}
case: {type: project, label: {zh: 项目, en: project}, from: {fact: opened}, to: {fact: closed}}
other_cases:
- {type: round, label: {zh: 轮次, en: round}}
timezone: Asia/Shanghai
calendar: CN
calendar_additions: {holidays: [2023-03-08], workdays: []}
readings:
  advance:
    clause: ["4.3"]
    alternatives: {calendar: {zh: 日历日, en: calendar}, elapsed: {zh: 小时, en: hours}}
    default: calendar
    why: {zh: 未说明, en: not said}
parameters:
  reply: {clause: ["4.2"], type: duration, default: null,
          label: {zh: 答复, en: reply}, why: {zh: 无, en: none}}
  least: {clause: ["4.4"], type: number, default: null,
          label: {zh: 次数, en: times}, why: {zh: 无, en: none}}
  rhythm: {clause: ["4.6"], type: text, default: null,
           label: {zh: 周期, en: rhythm}, why: {zh: 无, en: none}}
  strict: {clause: ["4.5"], type: boolean, default: "true",
           label: {zh: 从严, en: strict}, why: {zh: 无, en: none}}
"""

VOCABULARY = """\
types:
  opened:
    kind: event
    label: {zh: 立项, en: opened}
    time: opened_at
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      opened_at: {type: moment, label: {zh: 立项时间, en: opened at}}
      budget: {type: number, label: {zh: 预算, en: budget}}
      due_on: {type: date, label: {zh: 期限, en: due on}}
  closed:
    kind: event
    label: {zh: 结项, en: closed}
    time: closed_on
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      closed_on: {type: date, label: {zh: 结项日期, en: closed on}}
  paper:
    kind: document
    label: {zh: 文件, en: paper}
    time: written_at
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      paper_id: {type: text, label: {zh: 文件编号, en: paper id}}
      about: {type: text, label: {zh: 所据文件, en: based on}}
      sort:
        type: choice
        values: {plan: {zh: 计划, en: plan}, report: {zh: 报告, en: report}}
        label: {zh: 种类, en: sort}
      tags: {type: texts, label: {zh: 标签, en: tags}}
      pages: {type: number, label: {zh: 页数, en: pages}}
      year: {type: text, label: {zh: 年度, en: year}}
      written_at: {type: moment, label: {zh: 完成时间, en: written at}}
      read_at: {type: moment, label: {zh: 阅读时间, en: read at}}
    links:
      base: {type: paper, by: about, key: paper_id}
  profile:
    kind: state
    label: {zh: 概况, en: profile}
    single: true
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      size: {type: number, label: {zh: 规模, en: size}}
  licence:
    kind: state
    label: {zh: 证书, en: licence}
    time: held_from
    completeness: open
    case: project_id
    fields:
      project_id: {type: text, label: {zh: 项目编号, en: project id}}
      held_from: {type: date, label: {zh: 自, en: from}}
      held_to: {type: date, label: {zh: 至, en: to}}
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
        values: {good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}
        label: {zh: 等级, en: grade}
      points: {type: number, label: {zh: 分值, en: points}}
      rated_at: {type: date, label: {zh: 评定日期, en: rated at}}
"""

LEDGER = """\
expected_statements: 1
clauses:
- id: s1
  locator: "4.1"
  digest: 0123456789ab
  summary: {zh: 按时结项, en: closed in time}
  status: encoded
  norms: [n]
"""

CARD = """\
scorecard:
  id: card
  title: {zh: 评分, en: score}
  clause: "6"
  maximum: 5
  threshold: {at_least: 4, outcome: winner}
  rating: {fact: rated, indicator: row, grade: grade, points: points}
  evidence:
    fact: paper
    indicator: about
    type: sort
    conditions: [{id: long, where: 'pages > 1'}]
  conditions:
  - {id: c1, clause: "6.1", title: {zh: 甲, en: a}, checks: [{where: 'profile.size > 3'}]}
  vetoes:
  - id: v1
    clause: "6.2"
    title: {zh: 乙, en: b}
    checks:
    - {none: {fact: paper, where: 'sort = "report"'}, look_back: P3Y, anchor: {fact: opened}}
  groups:
  - id: A
    label: {zh: 甲, en: a}
    points: 5
    indicators:
    - {id: "1", title: {zh: 一, en: one}, kind: graded, points: 2,
       grades: {good: 2, fair: 1, poor: 0}, evidence_types: [plan]}
    - {id: "2", title: {zh: 二, en: two}, kind: binary, points: 1,
       applies_when: 'profile.size > 9', not_applicable: full}
    - {id: "3", title: {zh: 三, en: three}, kind: counted, points: 2,
       counted: {content: {fact: paper}, each: 0.5}}
"""

COMMON = """\
- id: {id}
  clause: "4.1"
  modality: obligation
  title: {{zh: 题, en: title}}
"""


def norm(body: str, name: str = "n") -> str:
    """Write one norm: the given keys, and those that every norm has."""
    inner = textwrap.indent(textwrap.dedent(body).strip(), "  ")
    return COMMON.format(id=name) + inner + "\n"


def ruleset(folder: Path, *norms: str, card: str | None = None, header: str = HEADER) -> Ruleset:
    """Write a ruleset and load it."""
    files = {
        "ruleset.yaml": header,
        "vocabulary.yaml": VOCABULARY,
        "clauses.yaml": LEDGER,
        "norms/04.yaml": "norms:\n" + "".join(norms) if norms else "norms: []\n",
    }
    if card is not None:
        files["scorecard.yaml"] = card
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_ruleset(folder, "sample")


def plan_of(folder: Path, *norms: str, card: str | None = None, **choices: object) -> Plan:
    """Compile norms that are right."""
    plan, findings = compile_plan(ruleset(folder, *norms, card=card), **choices)  # type: ignore[arg-type]
    assert not findings, [finding.render() for finding in findings]
    assert plan is not None
    return plan


def errors_of(folder: Path, *norms: str, card: str | None = None) -> list[Diagnostic]:
    """Compile norms that are wrong."""
    plan, findings = compile_plan(ruleset(folder, *norms, card=card))
    assert plan is None and findings
    return findings


class Case:
    """What an expression asks of the case."""

    def __init__(self, facts: dict[str, list[dict[str, object]]], **parameters: object) -> None:
        self.facts = facts
        self.parameters = parameters

    def all(self, name: str) -> tuple[dict[str, object], ...]:
        return tuple(self.facts.get(name, []))

    def one(self, name: str) -> object:
        return next(iter(self.facts.get(name, [])), Missing(f"fact {name}"))


def run(expression: object, **values: object) -> object:
    given = {"f": {}, "t": {}, "e": {}, "p": {}, "c": Case({})}
    return expression.evaluate(**{**given, **values})  # type: ignore[attr-defined]


def only(folder: Path, body: str, **choices: object) -> PlanNorm:
    """Compile one norm."""
    (found,) = plan_of(folder, norm(body), **choices).norms
    return found
