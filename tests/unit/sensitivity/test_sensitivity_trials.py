"""Trials on a small ruleset: links between norms, readings inside others, choices that clash."""

from __future__ import annotations

from pathlib import Path

import pytest

from stdrules.api.alternatives import Alternatives
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.base.errors import UsageError
from stdrules.report.sensitivity import Sensitivity
from stdrules.report.sensitivity_data import Trial

HEADER = """\
stdrules: 1
id: links
version: 1.0.0
title: {zh: 样例, en: sample}
document: {number: X 1, kind: standard}
case: {type: project, label: {zh: 项目, en: project}, from: {fact: opened}}
timezone: Asia/Shanghai
calendar: everyday
readings:
"""
READING = """\
  {name}:
    clause: ["1"]
    alternatives: {{a: {{zh: 甲, en: first}}, b: {{zh: 乙, en: second}}}}
    default: a
    why: {{zh: 未说明, en: not said}}
"""
PARAMETERS = """\
parameters:
  soon: {clause: ["2"], type: duration, default: P1D,
         label: {zh: 及时, en: promptly}, why: {zh: 无, en: none}}
  share: {clause: ["3"], type: number, default: "1",
          label: {zh: 份额, en: share}, why: {zh: 无, en: none}}
"""
TYPE = """\
  {name}:
    kind: event
    label: {{zh: 事, en: {name}}}
    time: on
    case: project_id
    fields:
      project_id: {{type: text, label: {{zh: 编号, en: id}}}}
      on: {{type: moment, label: {{zh: 时间, en: time}}}}
      amount: {{type: number, label: {{zh: 数量, en: amount}}}}
"""
NORMS = """\
norms:
- {id: n1, kind: deadline, clause: "1", modality: obligation, title: {zh: 一, en: first},
   trigger: {fact: opened}, content: {fact: done},
   within: {reading: unit, when: {a: PT24H, b: {reading: length, when: {a: P1D, b: P3D}}}}}
- {id: n1-remedy, kind: deadline, clause: "1", modality: obligation, title: {zh: 补, en: remedy},
   trigger: {outcome: n1, is: [violated]}, content: {fact: repaired}, preemptive: true,
   within: P5D, repairs: n1}
- {id: n2, kind: deadline, clause: "2", modality: obligation, title: {zh: 二, en: second},
   trigger: {fact: opened}, content: {fact: done, where: 'amount >= parameter.share'},
   within: {parameter: soon}}
- {id: n3, kind: deadline, clause: "3", modality: obligation, title: {zh: 三, en: third},
   trigger: {fact: opened}, content: {fact: repaired},
   within: {reading: one, when: {a: null, b: P9D}},
   by: {reading: two, when: {a: null, b: 2023-06-30}}}
- {id: n4, kind: deadline, clause: "4", modality: obligation, title: {zh: 四, en: fourth},
   trigger: {fact: opened}, content: {fact: done}, within: P1D}
"""
LEDGER = """\
expected_statements: 1
clauses:
- {id: n1, locator: "1", digest: 0123456789ab, modality: obligation,
   summary: {zh: 一, en: one}, status: encoded, norms: [n1]}
"""
NAMES = ("unit", "length", "one", "two", "unused")
FACTS = [
    {"type": "opened", "id": "o", "case": "P1", "at": "2023-03-01T09:00", "fields": {}},
    {"type": "repaired", "id": "r", "case": "P1", "at": "2023-03-02T18:00", "fields": {}},
]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    folder: Path = tmp_path_factory.mktemp("links")
    (folder / "norms").mkdir()
    types = "types:\n" + "".join(TYPE.format(name=n) for n in ("opened", "done", "repaired"))
    readings = "".join(READING.format(name=name) for name in NAMES)
    for name, text in {
        "ruleset.yaml": HEADER + readings + PARAMETERS, "vocabulary.yaml": types,
        "norms/1.yaml": NORMS, "clauses.yaml": LEDGER,
    }.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder, cache=None)


def asked(rules: Ruleset, **options: object) -> Sensitivity:
    return rules.sensitivity(FACTS, "2023-03-03T12:00", **options)  # type: ignore[arg-type]


def trial(found: Sensitivity, *values: tuple[str, str]) -> Trial:
    listed = [*found.trials, *found.pairs]
    (one,) = [t for t in listed if tuple((c.name, c.value) for c in t.choices) == values]
    return one


def told(one: Trial) -> set[tuple[str, str, str | None, str | None, bool]]:
    return {
        (c.key, c.effect, getattr(c.before, "state", None), getattr(c.after, "state", None),
         c.together)
        for c in one.changes
    }  # fmt: skip


def test_every_alternative_not_taken_is_tried(rules: Ruleset):
    assert [(t.choices[0].name, t.choices[0].value, t.choices[0].taken)
            for t in asked(rules).trials] == [(name, "b", "a") for name in NAMES]  # fmt: skip
    other = asked(rules, readings={"unit": "b"}, only=["unit"])
    assert [(t.choices[0].value, t.choices[0].taken) for t in other.trials] == [("a", "b")]


def test_a_norm_is_judged_again_with_those_linked_to_it(rules: Ruleset):
    found = asked(rules, pairs=True)
    assert trial(found, ("unit", "b")).norms == ("n1", "n1-remedy")
    assert told(trial(found, ("unit", "b"))) == {
        ("n1/o", "figures_change", "compensated", "compensated", False),
        ("n1-remedy/n1/o", "figures_change", "fulfilled", "fulfilled", False),
    }
    both = trial(found, ("unit", "b"), ("length", "b"))
    assert both.norms == ("n1", "n1-remedy")
    assert told(both) == {
        ("n1/o", "violation_vanishes", "compensated", "pending", True),
        ("n1-remedy/n1/o", "instance_changes", "fulfilled", None, True),
        ("n1-remedy/-", "instance_changes", None, "not_triggered", True),
    }


def test_a_reading_that_is_asked_only_under_another_does_nothing_alone(rules: Ruleset):
    alone = trial(asked(rules), ("length", "b"))
    assert (alone.norms, alone.judged, alone.changes) == ((), 0, ())
    under = asked(rules, readings={"unit": "b"}, only=["length"])
    assert told(trial(under, ("length", "b"))) >= {
        ("n1/o", "violation_vanishes", "compensated", "pending", False)
    }


def test_a_reading_that_nothing_asks_changes_nothing(rules: Ruleset):
    assert trial(asked(rules), ("unused", "b")).judged == 0


def test_choices_that_do_not_go_together_are_told_and_not_run(rules: Ruleset):
    found = asked(rules, pairs=True)
    clash = trial(found, ("one", "b"), ("two", "b"))
    assert (clash.plan, clash.changes) == (None, ())
    (row,) = [p for p in found.to_dict()["pairs"] if not p["usable"]]
    assert [choice["name"] for choice in row["choices"]] == ["one", "two"]
    assert "one = b instead of a" in found.text()


def test_pairs_that_meet_nowhere_are_counted(rules: Ruleset):
    found = asked(rules, pairs=True)
    assert [tuple(c.name for c in pair.choices) for pair in found.pairs] == [
        ("unit", "length"), ("one", "two"),
    ]  # fmt: skip
    assert len(found.pairs) + found.apart == 10
    assert asked(rules).apart == 0


def test_a_norm_without_choices_is_never_judged_again(rules: Ruleset):
    found = asked(rules, pairs=True, sweeps={"soon": ["P2D"], "share": [2]})
    for one in (*found.trials, *found.pairs):
        assert "n4" not in one.norms
    assert "n4/o" in {finding.key for finding in found.robust}


@pytest.mark.parametrize(
    ("name", "value", "shown", "norms"),
    [
        pytest.param("soon", "P9D", "P9D", ("n2",), id="in-a-switch"),
        pytest.param("soon", None, None, ("n2",), id="no-value"),
        pytest.param("share", 2, "2", ("n2",), id="in-an-expression"),
    ],
)
def test_parameters_are_swept(
    rules: Ruleset, name: str, value: object, shown: str | None, norms: tuple[str, ...]
):
    (one,) = asked(rules, only=[], sweeps={name: [value]}).trials
    assert (one.choices[0].kind, one.choices[0].value, one.norms) == ("parameter", shown, norms)
    assert one.plan is not None
    assert one.plan.digest == rules.plan(parameters={name: value}).digest


def test_the_value_of_an_expression_is_that_of_the_trial(rules: Ruleset):
    facts = [*FACTS, {"type": "done", "id": "d", "case": "P1", "at": "2023-03-01T10:00",
                      "fields": {"amount": "1.5"}}]  # fmt: skip
    found = rules.sensitivity(facts, "2023-03-05", only=[], sweeps={"share": ["1.5", "1.51", 1]})
    assert [t.choices[0].value for t in found.trials] == ["1.5", "1.51"]
    assert [[c.effect for c in t.changes] for t in found.trials] == [[], ["violation_appears"]]
    (change,) = found.trials[1].changes
    assert (change.key, change.after and change.after.state) == ("n2/o", "overdue")  # type: ignore[union-attr]


def test_the_plan_of_a_trial_is_that_of_its_choice(rules: Ruleset):
    base = rules.plan()
    found = Alternatives(rules.source, base).under({"unit": "b"}, {})
    whole = rules.plan({"unit": "b"})
    assert found is not None
    assert found.plan.digest == whole.digest
    assert {norm.id: norm for norm in found.plan.norms} == {n.id: n for n in whole.norms}
    kept = {norm.id: norm for norm in found.plan.norms if norm.id in ("n2", "n3", "n4")}
    assert all(kept[norm.id] is norm for norm in base.norms if norm.id in kept)


def test_a_profile_is_what_trials_start_from(rules: Ruleset):
    own = {"stdrules": 1, "profile": "own", "title": {"zh": "本", "en": "own"},
           "ruleset": "links", "readings": {"unit": "b"}}  # fmt: skip
    found = asked(rules, profile=own, only=["unit", "length"])
    assert [(t.choices[0].name, t.choices[0].value) for t in found.trials] == [
        ("unit", "a"), ("length", "b"),
    ]  # fmt: skip
    assert found.to_dict()["profile"]["id"] == "own"
    assert "profile own (own)" in found.text()


def test_what_is_not_declared_is_refused(rules: Ruleset):
    with pytest.raises(UsageError, match=r"did you mean `length`"):
        asked(rules, only=["lenght"])
    with pytest.raises(UsageError, match=r"unknown parameter `sooon`"):
        asked(rules, sweeps={"sooon": ["P1D"]})
    with pytest.raises(UsageError, match=r"wrong value of the parameter `soon`"):
        asked(rules, sweeps={"soon": ["3 days"]})
    with pytest.raises(UsageError, match=r"no case `P2`"):
        asked(rules, cases=["P2"])
