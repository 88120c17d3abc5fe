"""Bindings: what they keep, reviews, versions; and how they are kept."""

from __future__ import annotations

import json
import os
import pickle
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stdrules
from stdrules.api import binding as store
from stdrules.author.alike import changes, marked
from stdrules.author.binding import Binding, bind
from stdrules.author.source import Source
from stdrules.base.errors import StdrulesError, UsageError
from unit.author.author_samples import LEDGER, LINES, paragraphs, write_copy, write_ruleset

OLD, NEW = "在采下后 6 h 内", "在采下后 8 h 内"
EDITED = [line.replace(OLD, NEW) for line in LINES]


def bound(lines: list[str], earlier: Binding | None = None) -> Binding:
    source = Source("copy.txt", "0" * 64, tuple(paragraphs(lines)))
    return bind("tea", "1.0.0", LEDGER, source, earlier)


def clause(binding: Binding, name: str) -> dict[str, object]:
    rows: list[dict[str, object]] = binding.to_json()["clauses"]
    return next(row for row in rows if row["id"] == name)


def test_the_result_counts_statements_and_paragraphs():
    found = bound([line for line in LINES if not line.startswith("2.2")])
    assert found.totals == {"exact": 13, "moved": 0, "changed": 0, "missing": 2}
    assert found.paragraphs == {"exact": 13, "moved": 0, "changed": 0, "missing": 1}
    plain = found.to_json()
    assert set(plain) == {
        "ruleset", "source", "totals", "paragraphs", "accepted", "clauses"
    }  # fmt: skip
    assert [row["id"] for row in plain["clauses"]] == [one.id for one in LEDGER]
    assert clause(found, "2.2-hat") == {
        "id": "2.2-hat", "locator": "2.2", "status": "missing", "line": None,
        "expects": LEDGER[3].digest,
    }  # fmt: skip


def test_the_difference_is_shown_against_the_earlier_copy():
    fresh = bound(EDITED)
    assert "was" not in clause(fresh, "2.3") and "diff" not in clause(fresh, "2.3")
    found = bound(EDITED, bound(LINES))
    row = clause(found, "2.3")
    assert row["was"] == "2.3 鲜叶应在采下后 6 h 内送到炒茶间。"
    assert row["sentence"] == "2.3 鲜叶应在采下后 8 h 内送到炒茶间。"
    assert row["diff"] == [{"at": 12, "was": "6", "now": "8"}]
    assert row["line"] == 8


def test_what_a_sentence_was_is_not_forgotten():
    """Also not when copies that differ are bound one after the other."""
    third = bound([line.replace(OLD, "当天") for line in LINES], bound(EDITED, bound(LINES)))
    assert clause(third, "2.3")["was"] == "2.3 鲜叶应在采下后 6 h 内送到炒茶间。"
    gone = bound([line for line in LINES if OLD not in line], third)
    assert clause(gone, "2.3")["was"] == "2.3 鲜叶应在采下后 6 h 内送到炒茶间。"
    assert bound(LINES, gone).totals["exact"] == len(LEDGER)


def test_a_review_holds_for_what_was_read():
    changed = bound(EDITED, bound(LINES))
    assert [one.id for one in changed.open] == ["2.3"]
    accepted = changed.accept(changed.open, "柳", "新版改为8小时", "2024-03-01")
    assert accepted.open == ()
    assert accepted.totals == changed.totals
    assert accepted.to_json()["accepted"] == 1
    assert clause(accepted, "2.3")["accepted"] == {
        "by": "柳", "note": "新版改为8小时", "on": "2024-03-01"
    }  # fmt: skip
    assert bound(EDITED, accepted).open == ()
    again = bound([line.replace(OLD, "在采下后 9 h 内") for line in LINES], accepted)
    assert [one.id for one in again.open] == ["2.3"]
    assert bound(LINES, accepted).to_json()["accepted"] == 0


def test_what_is_missing_can_be_accepted():
    found = bound([line for line in LINES if not line.startswith("4.3")])
    accepted = found.accept(found.open, "柳")
    assert accepted.open == ()
    assert clause(accepted, "4.3")["accepted"] == {"by": "柳", "note": "", "on": None}


def test_a_record_is_read_as_it_was_written():
    found = bound(EDITED, bound(LINES))
    found = found.accept(found.open, "柳")
    assert Binding.from_record(json.loads(json.dumps(found.to_record()))) == found
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    "edit",
    [
        lambda record: [],
        lambda record: None,
        lambda record: {**record, "stdrules_binding": 2},
        lambda record: {**record, "clauses": [{}]},
        lambda record: {**record, "clauses": 7},
        lambda record: {**record, "reviews": [None]},
        lambda record: {**record, "ruleset": {"id": 1, "version": "1"}},
        lambda record: {k: v for k, v in record.items() if k != "source"},
        lambda record: {
            **record, "clauses": [{**record["clauses"][0], "status": "fine"}]
        },
        lambda record: {**record, "clauses": [{**record["clauses"][0], "line": True}]},
    ],
)  # fmt: skip
def test_a_record_of_another_shape_is_refused(edit):
    with pytest.raises(ValueError):
        Binding.from_record(edit(bound(LINES).to_record()))


def test_another_version_keeps_the_sentences_that_still_hold():
    found = bound(LINES)
    entries = [
        one.model_copy(update={"digest": "0" * 12}) if one.locator == "2.3" else one
        for one in LEDGER
    ]
    later = found.for_version("1.1.0", entries)
    assert later.current == "1.1.0"
    assert {one.id for one in found.clauses} - {one.id for one in later.clauses} == {"2.3"}
    assert found.for_version("1.0.0", LEDGER) == found


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("同样的话", "同样的话", "同样的话"),
        ("应在 48 h 内完成", "应在72h内完成", "应在[-48-]{+72+}h内完成"),
        ("在２日内", "在2日內完", "在2日[-内-]{+內完+}"),
        ("A book is lent", "A book is not lent", "A book is {+not+} lent"),
        ("不得饮酒。", "不得饮酒、吸烟。", "不得饮酒{+、吸烟+}。"),
        ("应当立即上报。", "应当上报。", "应当[-立即-]上报。"),
        ("", "新的", "{+新的+}"),
        ("旧的", "", "[-旧的-]"),
        ("第1—2页", "第1-2页", "第1-2页"),
    ],
)
def test_differences_are_told_word_by_word(was: str, now: str, shown: str):
    assert marked(now, changes(was, now)).replace("{+ ", "{+").replace(" +}", "+}") == shown


def test_a_long_text_written_anew_is_one_difference():
    was, now = "同首" + "甲" * 5000 + "同尾", "同首" + "乙" * 6000 + "同尾"
    assert [(one.at, len(one.was), len(one.now)) for one in changes(was, now)] == [(2, 5000, 6000)]


@given(st.text("应在内完成 48h-。", max_size=30), st.text("应在内完成 72h-。", max_size=30))
def test_differences_stand_where_they_say(was: str, now: str):
    for one in changes(was, now):
        assert now[one.at : one.at + len(one.now)] == one.now
        assert one.was in was
        assert one.was != one.now


# How bindings are kept


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> stdrules.Ruleset:
    monkeypatch.setenv("STDRULES_BINDINGS", str(tmp_path / "kept"))
    return stdrules.load(write_ruleset(tmp_path), cache=None)


def test_nothing_is_bound_at_first(rules: stdrules.Ruleset):
    assert rules.binding is None
    assert rules.unbind() is False
    with pytest.raises(UsageError, match="no document is bound"):
        rules.bind()


def test_a_binding_is_kept_for_the_next_process(rules: stdrules.Ruleset, tmp_path: Path):
    found = rules.bind(write_copy(tmp_path))
    assert found.totals["exact"] == len(LEDGER)
    assert rules.binding == found
    kept = tmp_path / "kept" / "tea.json"
    assert [path.name for path in kept.parent.iterdir()] == ["tea.json"]
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    before = kept.read_bytes()
    rules.bind(write_copy(tmp_path))
    assert kept.read_bytes() == before
    assert rules.unbind() is True
    assert rules.binding is None


def test_a_write_that_fails_leaves_what_was_there(
    rules: stdrules.Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    found = rules.bind(write_copy(tmp_path))

    def refuse(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", refuse)
    with pytest.raises(UsageError, match="no space left"):
        rules.bind(write_copy(tmp_path, EDITED))
    assert rules.binding == found
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["tea.json"]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"stdrules_binding": 1}']
)
def test_a_damaged_record_is_told(rules: stdrules.Ruleset, tmp_path: Path, data: bytes):
    rules.bind(write_copy(tmp_path))
    (tmp_path / "kept" / "tea.json").write_bytes(data)
    for read in (lambda: rules.binding, lambda: rules.bind(write_copy(tmp_path))):
        with pytest.raises(UsageError, match="is damaged") as caught:
            read()
        assert "--remove" in str(caught.value)
    assert rules.unbind() is True


def test_off_keeps_nothing(
    rules: stdrules.Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STDRULES_BINDINGS", "off")
    assert rules.bind(write_copy(tmp_path, EDITED)).totals["changed"] == 1
    assert rules.binding is None
    assert not (tmp_path / "kept").exists()
    with pytest.raises(UsageError, match="cannot be kept"):
        rules.bind(write_copy(tmp_path, EDITED), ["2.3"], by="柳")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"STDRULES_BINDINGS": "/x"}, "/x"),
        ({"STDRULES_BINDINGS": "OFF"}, None),
        ({"XDG_DATA_HOME": "/d"}, "/d/stdrules/bindings"),
        ({"HOME": "/h"}, "/h/.local/share/stdrules/bindings"),
        ({"HOME": "/"}, None),
    ],
)
def test_the_folder_follows_the_environment(
    variables: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store.sys, "platform", "linux")
    for name in ("STDRULES_BINDINGS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = store.bindings_folder()
    assert (None if found is None else found.as_posix()) == expected


@pytest.mark.parametrize(
    ("names", "options", "told"),
    [
        (["2.3"], {}, "not said who"),
        (["2.3"], {"by": "  "}, "not said who"),
        (["9.9"], {"by": "柳"}, "no clause `9.9`"),
        (["1.1"], {"by": "柳"}, "`1.1` is exact"),
        (["2.3"], {"by": "柳", "on": "yesterday"}, "`yesterday` is no date"),
    ],
)
def test_a_review_that_cannot_be_is_refused(
    rules: stdrules.Ruleset, tmp_path: Path, names: list[str], options: dict[str, str], told: str
):
    rules.bind(write_copy(tmp_path, EDITED))
    with pytest.raises(StdrulesError, match=told):
        rules.bind(accept=names, **options)
    assert rules.binding is not None and rules.binding.reviews == ()


def test_reviews_by_id_locator_and_all(rules: stdrules.Ruleset, tmp_path: Path):
    lines = [line.replace("草帽", "斗笠").replace(OLD, NEW) for line in LINES]
    found = rules.bind(write_copy(tmp_path, lines))
    assert [one.id for one in found.open] == ["2.2-hat", "2.2-boots", "2.3"]
    found = rules.bind(accept=["2.2-hat"], by="柳", on="2024-03-01")
    assert [one.id for one in found.open] == ["2.2-boots", "2.3"]
    found = store.bind_copy(rules.source, None, ["2.2"], by="陈", on=date(2024, 3, 2))
    assert {one.by for one in found.reviews} == {"陈"}
    assert rules.bind(accept=["all"], by="柳").open == ()
    assert rules.binding is not None and rules.binding.open == ()


def test_a_ruleset_of_another_version_is_told(rules: stdrules.Ruleset, tmp_path: Path):
    rules.bind(write_copy(tmp_path, EDITED))
    later = stdrules.load(write_ruleset(tmp_path, "1.1.0"), cache=None)
    assert later.binding is not None and later.binding.current == "1.1.0"
    with pytest.raises(UsageError, match=r"bound to version 1\.0\.0, this is 1\.1\.0"):
        later.bind(accept=["2.3"], by="柳")
    assert later.bind(write_copy(tmp_path, EDITED), ["2.3"], by="柳").current == ""
    assert later.binding.current == ""


def test_a_bound_copy_changes_no_verdict(rules: stdrules.Ruleset, tmp_path: Path):
    facts = [{"type": "picked", "id": "p1", "case": "B1", "at": "2024-03-01T08:00"}]
    plain = rules.evaluate(facts, "2024-03-02")
    rules.bind(write_copy(tmp_path, EDITED))
    after = rules.evaluate(facts, "2024-03-02")
    assert after.to_json() == plain.to_json()
    quoted = rules.quote(after)
    assert quoted.digests == plain.digests
    rows = quoted.to_dict()["obligations"]
    assert rows[0].pop("quote") == "2.3 鲜叶应在采下后 8 h 内送到炒茶间。"
    assert rows[0].pop("quote_reviewed") is False
    assert {**quoted.to_dict(), "obligations": rows} == plain.to_dict()
    assert "quote" not in after.to_json()
    assert "text (changed, not reviewed): “2.3 鲜叶" in quoted.text("en", width=200)
    rules.bind(accept=["2.3"], by="柳")
    assert "原文：“2.3 鲜叶" in rules.quote(after).text("zh", width=200)
    rules.unbind()
    assert rules.quote(after) is after


def test_the_name_of_a_record_stays_in_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("STDRULES_BINDINGS", str(tmp_path / "kept"))
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert store.remove_binding("../x") is False
    assert (tmp_path / "x.json").exists()


def test_clauses_are_values():
    found = bound(LINES)
    assert replace(found) == found
    assert hash(found) == hash(bound(LINES))
