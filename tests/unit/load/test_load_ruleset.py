"""Rulesets from folders: what is read, what is reported and where, what choices give."""

from __future__ import annotations

import pickle
import random
import re
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from load_samples import FILES, write

from stdrules.base.diagnostics import CODES, render_all
from stdrules.base.errors import RulesetError, StdrulesError, UsageError
from stdrules.base.time.durations import Workdays
from stdrules.load.ruleset import load_ruleset, read_ruleset

SHIPPED = sorted(p.parent for p in (Path(__file__).parents[3] / "rulesets").glob("*/ruleset.yaml"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return load_ruleset(write(tmp_path_factory.mktemp("sample")), "sample")


def test_the_sample_is_read_whole(sample):
    assert sample.id == "sample"
    assert [tree.id for tree in sample.norm_trees] == ["4.1-open", "4.2-reply", "4.4-count"]
    assert list(sample.vocabulary.types) == ["opened", "closed", "judgement"]
    assert sample.ledger.expected_statements == 1
    assert sample.scorecard().norm.threshold.at_least == Decimal(8)
    assert [c.case.case for c in sample.cases] == ["closed in time"]
    assert sample.cases[0].place("facts", 0).line == 6
    assert sample.diagnostics == ()


def test_it_can_be_pickled(sample):
    copy = pickle.loads(pickle.dumps(sample))
    assert copy == sample
    assert copy.norms({"advance": "elapsed"})[0].norm.before == "PT24H"


# --- choices -----------------------------------------------------------------------------------


def test_a_norm_rests_on_what_decided_it(sample):
    rests = [(n.norm.id, n.readings, n.parameters) for n in sample.norms()]
    assert rests == [
        ("4.1-open", ("advance",), ()),
        ("4.2-reply", (), ("reply",)),
        ("4.4-count", (), ("least",)),
    ]
    assert sample.scorecard().parameters == ("least",)


def test_defaults_and_other_choices(sample):
    opened, reply, count = (n.norm for n in sample.norms())
    assert (opened.before, reply.within, count.at_least) == ("P1D", None, 8)
    assert reply.open_fields == {"within"}
    chosen = sample.norms({"advance": "elapsed"}, {"reply": "2 workdays", "least": 3})
    opened, reply, count = (n.norm for n in chosen)
    assert (opened.before, reply.within, count.at_least) == ("PT24H", "2 workdays", 3)
    assert reply.open_fields == frozenset()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("P7D", "P7D"),
        (timedelta(hours=48), "PT48H"),
        (Workdays(2), "2 workdays"),
        (None, None),
        ("", None),
    ],
)
def test_parameters_come_as_text(sample, value, text):
    assert sample.choose({}, {"reply": value})[1]["reply"] == text


@pytest.mark.parametrize(
    ("readings", "parameters", "said"),
    [
        ({"advanse": "elapsed"}, {}, "unknown reading `advanse`"),
        ({"advance": "elapse"}, {}, "did you mean `elapsed`"),
        ({"advance": None}, {}, "unknown alternative of the reading advance `None`"),
        ({}, {"replies": "P1D"}, "did you mean `reply`"),
        ({}, {"reply": "soon"}, "wrong value of the parameter `reply`"),
        ({}, {"reply": 0.5}, "a value of type float is not taken"),
        ({}, {"least": True}, "wrong value of the parameter `least`"),
        ({}, {"reply": date(2024, 1, 1)}, "wrong value"),
        ({}, {"reply": datetime(2024, 1, 1)}, "type datetime is not taken"),
    ],
)
def test_wrong_choices_are_misuse(sample, readings, parameters, said):
    with pytest.raises(UsageError) as caught:
        sample.norms(readings, parameters)
    assert said in str(caught.value)
    assert caught.value.render("zh") != caught.value.render("en")


def test_choices_that_fit_no_norm_give_the_place(tmp_path):
    header = FILES["ruleset.yaml"].replace(
        "type: duration, default: null", "type: text, default: none"
    )
    norms = swap(NORMS, "within: {parameter: reply}", "roll: {parameter: reply}")
    ruleset = load_ruleset(write(tmp_path, ruleset=header, norms=norms), "s")
    assert ruleset.norms()[1].norm.roll == "none"
    assert ruleset.norms({}, {"reply": "next_workday"})[1].norm.roll == "next_workday"
    with pytest.raises(RulesetError) as caught:
        ruleset.norms({}, {"reply": "next_day"})
    (finding,) = caught.value.diagnostics
    assert (str(finding.span), finding.code) == ("s/norms/04_basic.yaml:18:9", "E123")
    assert finding.excerpt == "  roll: {parameter: reply}"


@pytest.mark.parametrize(
    ("path", "readings", "line", "column"),
    [
        (("before",), {}, 10, 47),
        (("before",), {"advance": "elapsed"}, 10, 61),
        (("trigger", "where"), {}, 8, 36),
        (("trigger", "fact"), {}, 8, 20),
        (("content", "match", "project_id"), {}, 9, 48),
        (("id",), {}, 2, 7),
    ],
)
def test_places_of_values_in_the_file(sample, path, readings, line, column):
    norm = sample.norms(readings)[0]
    span = norm.place(*path)
    assert (span.file, span.line, span.column) == ("sample/norms/04_basic.yaml", line, column)
    assert sample.excerpt(span) == FILES["norms/04_basic.yaml"].split("\n")[line - 1]


# --- digests -----------------------------------------------------------------------------------


def test_layout_changes_only_the_fingerprint(tmp_path, sample):
    norms = FILES["norms/04_basic.yaml"].replace('"4.1"', "'4.1'   # the first")
    other = load_ruleset(write(tmp_path, norms=norms))
    assert other.digest == sample.digest
    assert other.fingerprint != sample.fingerprint


def test_cases_change_neither_and_content_changes_both(tmp_path, sample):
    cases = load_ruleset(write(tmp_path / "a", cases="cases: []\n"))
    assert (cases.digest, cases.fingerprint) == (sample.digest, sample.fingerprint)
    changed = write(tmp_path / "b", norms=FILES["norms/04_basic.yaml"].replace("P1D", "P2D"))
    other = load_ruleset(changed)
    assert other.digest != sample.digest and other.fingerprint != sample.fingerprint


# --- findings ----------------------------------------------------------------------------------


def swap(file, old, new, count=1):
    assert old in FILES[file]
    return FILES[file].replace(old, new, count)


NORMS = "norms/04_basic.yaml"


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("norms", swap(NORMS, "modality: obligation", "modality: must"), "5:13 E123"),
        ("norms", swap(NORMS, "bearer:", "bearers:"), "6:3 E120"),
        ("norms", swap(NORMS, 'clause: "4.1"', "clause:"), "4:3 E121"),
        ("norms", swap(NORMS, '  clause: "4.1"\n', ""), "2:3 E121"),
        ("norms", swap(NORMS, "kind: deadline", "kind: deadlines"), "3:9 E123"),
        ("norms", swap(NORMS, "  kind: deadline\n", ""), "2:3 E121"),
        ("norms", swap(NORMS, "P1D", "1 day"), "10:47 E124"),
        ("norms", swap(NORMS, "PT24H", "24h"), "10:61 E124"),
        ("norms", swap(NORMS, "reading: advance", "reading: advanced"), "10:21 E140"),
        ("norms", swap(NORMS, ", elapsed: PT24H", ""), "10:36 E141"),
        ("norms", swap(NORMS, "elapsed:", "elapse:"), "10:36 E141\n10:52 E141"),
        ("norms", swap(NORMS, "parameter: reply", "parameter: replay"), "18:23 E142"),
        ("norms", swap(NORMS, "parameter: reply", "parameters: reply"), "18:11 E122"),
        ("norms", swap(NORMS, "bearer: manager", "readings: [advance, other]"), "6:23 E140"),
        ("norms", swap(NORMS, "bearer: manager", "parameters: [other]"), "6:16 E142"),
        ("norms", swap(NORMS, "4.2-reply", "4.1-open"), "11:7 E143"),
        ("norms", "norms: {}\n", "1:1 E122"),
        ("norms", "norms: [x]\n", "1:9 E122"),
        ("norms", FILES[NORMS] + "other: 1\n", "26:1 E120"),
        ("scorecard", swap("scorecard.yaml", "good: 2", "good: 1"), "11:7 E124"),
        ("scorecard", "scorecard: []\n", "1:1 E122"),
        ("scorecard", swap("scorecard.yaml", "parameter: least", "parameter: last"), "5:37 E142"),
        ("clauses", swap("clauses.yaml", "0123456789ab", "0123"), "3:3 E124"),
        ("clauses", FILES["clauses.yaml"] + FILES["clauses.yaml"].split("clauses:\n")[1],
         "10:7 E143"),
        ("ruleset", swap("ruleset.yaml", "stdrules: 1", "stdrules: 2"), "1:11 E123"),
        ("ruleset", swap("ruleset.yaml", "Asia/Shanghai", "Asia/Shangai"), "11:11 E124"),
        ("ruleset", swap("ruleset.yaml", "2020-01-01", "2020-13-01"), "9:20 E124"),
        ("ruleset", swap("ruleset.yaml", "calendar: CN", "calendar: {parameter: x}"), "12:11 E122"),
        ("vocabulary", swap("vocabulary.yaml", "time: opened_at", "time: opened"), "5:11 E150"),
        ("vocabulary", swap("vocabulary.yaml", "time: opened_at", "time: project_id"), "5:11 E150"),
        ("vocabulary", swap("vocabulary.yaml", "link: opening", "link: open"), "14:18 E150"),
        ("vocabulary", swap("vocabulary.yaml", "type: opened,", "type: open,"), "19:23 E150"),
        ("vocabulary", swap("vocabulary.yaml", "by: project_id", "by: project"), "19:35 E150"),
        ("vocabulary", swap("vocabulary.yaml", "by: project_id", "by: project_id, key: x"),
         "19:52 E150"),
        ("vocabulary", swap("vocabulary.yaml", "项目号", "立项时间"), "9:7 E150"),
        ("vocabulary", swap("vocabulary.yaml", "case: project_id", "case: opened_at"), "6:11 E150"),
        ("vocabulary", swap("vocabulary.yaml", "case: project_id", "case: {round: project_id}"),
         "6:12 E150"),
        ("vocabulary", swap("vocabulary.yaml", "  closed:", "  judgement:"), "10:3 E150"),
        ("vocabulary", swap("vocabulary.yaml", "opening: {", "closed_on: {"),
         "14:18 E150\n19:7 E150"),
    ],
)  # fmt: skip
def test_findings_stand_where_the_mistake_is(tmp_path, key, text, found):
    ruleset, findings = read_ruleset(write(tmp_path, **{key: text}))
    shown = "\n".join(f"{f.span.line}:{f.span.column} {f.code}" for f in findings)
    assert (ruleset, shown) == (None, found), render_all(findings)
    for finding in findings:
        assert finding.message.zh and finding.message.en
        assert finding.message.en[0] in "`" or not finding.message.en[0].isupper()
        assert not finding.message.en.endswith(".")
        assert finding.code in CODES


def test_a_wrong_alternative_says_which_one_it_is(tmp_path):
    norms = swap(NORMS, "elapsed: PT24H", "elapsed: 24h")
    _, findings = read_ruleset(write(tmp_path, norms=norms))
    assert findings[0].message.en.endswith("(with `advance` = `elapsed`)")
    assert findings[0].message.zh.endswith("（当 `advance` = `elapsed` 时）")


def test_a_misspelt_key_is_shown_like_this(tmp_path):
    norms = swap(NORMS, "bearer:", "bearers:")
    _, findings = read_ruleset(write(tmp_path, norms=norms), "sample")
    assert render_all(findings) == (
        "sample/norms/04_basic.yaml:6:3: error[E120]: unknown key `bearers`\n"
        "  |\n"
        "6 |   bearers: manager\n"
        "  |   ^^^^^^^\n"
        "  = hint: did you mean `bearer`?"
    )


def test_all_mistakes_of_all_files_come_at_once_and_in_order(tmp_path):
    folder = write(
        tmp_path,
        norms=swap(NORMS, "bearer:", "bearers:"),
        vocabulary=swap("vocabulary.yaml", "kind: event", "kind: evnt"),
        ruleset=swap("ruleset.yaml", "version:", "versio:"),
        clauses=None,
    )
    _, findings = read_ruleset(folder, "s")
    assert [(f.span.file, f.code) for f in findings] == [
        ("s/clauses.yaml", "E130"),
        ("s/ruleset.yaml", "E121"),
        ("s/ruleset.yaml", "E120"),
        ("s/vocabulary.yaml", "E123"),
    ]


def test_nothing_there(tmp_path):
    with pytest.raises(RulesetError, match="there is no such folder"):
        load_ruleset(tmp_path / "absent")
    with pytest.raises(RulesetError, match=r"`vocabulary.yaml` is missing"):
        load_ruleset(tmp_path)


def test_files_of_other_names_are_warned_about(tmp_path):
    folder = write(tmp_path)
    for name in ("vocabulary.yml", "rulesets.yaml", "norms/05.yml"):
        (folder / name).write_text("", encoding="utf-8")
    ruleset, findings = read_ruleset(folder, "s")
    assert ruleset is not None and ruleset.diagnostics == tuple(findings)
    assert [(f.code, f.span.file) for f in findings] == [
        ("W131", "s/norms/05.yml"),
        ("W131", "s/rulesets.yaml"),
        ("W131", "s/vocabulary.yml"),
    ]


def test_wrong_cases_do_not_stop_the_ruleset(tmp_path):
    cases = swap("cases/04.yaml", "state: pending", "stat: pending")
    ruleset = load_ruleset(write(tmp_path, cases=cases))
    found, findings = ruleset.read_cases()
    assert found == () and [f.code for f in findings] == ["E120"]
    with pytest.raises(RulesetError, match="did you mean `state`"):
        _ = ruleset.cases


# --- shipped rulesets, damage, speed -----------------------------------------------------------


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda p: p.name)
def test_damaged_files_give_findings_and_never_an_exception(folder, tmp_path):
    rng = random.Random(7)
    for number in range(12):
        copy = tmp_path / str(number)
        for path in folder.rglob("*.yaml"):
            if path.parent.name == "cases":
                continue
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            lines = path.read_text(encoding="utf-8").split("\n")
            at = rng.randrange(len(lines))
            damage = rng.choice(["", lines[at] * 2, lines[at][:-2], "  " + lines[at], "- x", "{}"])
            lines[at] = damage
            if rng.random() < 0.3:
                lines[at] = re.sub(r"[a-z]{3,}", "wrong", lines[at], count=1)
            target.write_text("\n".join(lines), encoding="utf-8")
        ruleset, findings = read_ruleset(copy)
        assert ruleset is not None or findings
        if ruleset is not None:
            try:
                ruleset.norms()
            except StdrulesError:  # damage may leave choices that no longer fit
                pytest.fail("a ruleset without findings gives its norms under the defaults")
        for finding in findings:
            assert finding.render("en") and finding.render("zh")


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda p: p.name)
def test_shipped_rulesets_are_right_and_fast_to_read(folder):
    ruleset, findings = read_ruleset(folder)
    assert ruleset is not None, render_all(findings)
    best = min(timed(folder) for _ in range(3))
    assert best < 0.6  # 0.1 s on a machine with nothing else to do


def timed(folder):
    started = time.perf_counter()
    read_ruleset(folder)
    return time.perf_counter() - started
