"""Two rulesets side by side."""

from __future__ import annotations

import json

import pytest

import stdrules
from stdrules.base.text import Text, display_width
from stdrules.cli.main import run
from stdrules.model.ledger import LedgerEntry
from stdrules.report.compare import Side, compare
from stdrules.report.listing import clause_text, ledger_dict, ledger_text


def entry(name, *links, modality="obligation", zh="摘要"):
    return LedgerEntry.model_validate(
        {
            "id": name, "locator": name.partition("-")[0], "digest": "0" * 12,
            "modality": modality, "summary": {"zh": zh, "en": f"about {name}"},
            "status": "encoded", "norms": [name],
            "corresponds_to": [
                {"ruleset": ruleset, "id": target, "relation": relation}
                for ruleset, target, relation in links
            ],
        }
    )  # fmt: skip


def side(name, entries, figures=None):
    return Side(name, "1", Text(name, name), entries, figures or {})


def test_a_link_counts_whichever_side_says_it():
    one = side("a", [entry("1-x", ("b", "2-x", "same")), entry("1-y"), entry("1-z")])
    two = side("b", [entry("2-x"), entry("2-y", ("a", "1-y", "changed")), entry("2-z")])
    found = compare(one, two)
    assert [(p.first.id, p.second.id, p.relation) for p in found.pairs] == [
        ("1-x", "2-x", "same"), ("1-y", "2-y", "changed"),
    ]  # fmt: skip
    assert [e.id for e in found.only_first] == ["1-z"]
    assert [e.id for e in found.only_second] == ["2-z"]
    assert found.totals == {
        "same": 1, "changed": 1, "figures_differ": 0, "only_first": 1, "only_second": 1,
    }  # fmt: skip


def test_links_to_other_rulesets_and_to_nothing_are_left_out():
    one = side("a", [entry("1-x", ("c", "2-x", "same"), ("b", "9-x", "same"))])
    found = compare(one, side("b", [entry("2-x", ("a", "9", "same"))]))
    assert found.pairs == () and found.totals["only_first"] == 1


def test_one_statement_may_have_two_counterparts():
    one = side("a", [entry("1-x", ("b", "2-y", "changed"), ("b", "2-x", "same"))])
    found = compare(one, side("b", [entry("2-x"), entry("2-y")]))
    assert [(p.second.id, p.relation) for p in found.pairs] == [
        ("2-x", "same"), ("2-y", "changed"),
    ]  # fmt: skip
    assert found.only_first == found.only_second == ()


@pytest.mark.parametrize(
    ("here", "there", "differs"),
    [
        ({"within": ("P7D",)}, {"within": ("P7D",)}, {}),
        ({"within": ("P7D",)}, {"within": ("P10D",)}, {"within": (("P7D",), ("P10D",))}),
        ({"within": ("P7D",)}, {"every": ("month",)},
         {"within": (("P7D",), ()), "every": ((), ("month",))}),
        ({"at_least": ("1", "2")}, {"at_least": ("2", "1")}, {}),
        ({"within": ("P7D",)}, {}, {}),
        ({"parameters": ("p = 1",)}, {"within": (), "parameters": ("p",)},
         {"parameters": (("p = 1",), ("p",))}),
    ],
)  # fmt: skip
def test_figures_that_differ(here, there, differs):
    one = side("a", [entry("1-x", ("b", "2-x", "changed"))], {"1-x": here})
    two = side("b", [entry("2-x")], {"2-x": there})
    assert compare(one, two).pairs[0].differs == differs


def test_the_force_of_the_wording_is_compared():
    one = side("a", [entry("1-x", ("b", "2-x", "changed"))])
    pair = compare(one, side("b", [entry("2-x", modality="recommendation")])).pairs[0]
    assert pair.differs == {"modality": (("obligation",), ("recommendation",))}
    assert "force: shall | should" in compare(one, side("b", [entry("2-x",
        modality="recommendation")])).text("en")  # fmt: skip


def test_the_shipped_station_rulesets():
    found = stdrules.compare("db4201_629", "suzhou_464")
    totals = found.totals
    assert (totals["same"], totals["changed"]) == (68, 45)
    # Every statement stands in a pair or alone, on either side.
    for only, entries, linked in (
        (totals["only_first"], found.first.entries, {p.first.id for p in found.pairs}),
        (totals["only_second"], found.second.entries, {p.second.id for p in found.pairs}),
    ):
        assert only + len(linked) == len(entries)
    back = stdrules.compare("suzhou_464", "db4201_629")
    assert {(p.second.id, p.first.id, p.relation) for p in back.pairs} == {
        (p.first.id, p.second.id, p.relation) for p in found.pairs
    }
    rules = next(p for p in found.pairs if p.first.locator == "4.1.5" and p.relation == "changed")
    assert rules.differs["at_least"] == (("6",), ("8",))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 100])
def test_the_text_keeps_its_columns_and_its_width(lang, width):
    lines = stdrules.compare("db4201_629", "suzhou_464").text(lang, width).split("\n")
    assert all(display_width(line) <= width for line in lines)
    head = next(i for i, line in enumerate(lines) if line.startswith("db4201_629  suzhou_464"))
    start = lines[head + 1].rindex("  ") + 2
    assert lines[head + 1][:start].replace("-", "").strip() == ""


def test_the_command_prints_text_and_json(capsys):
    assert run(["show", "--compare", "db4201_629", "suzhou_464", "--format", "json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["totals"]["same"] == 68 and len(plain["pairs"]) == 113
    assert plain["pairs"][0].keys() == {"relation", "first", "second", "differs"}
    assert [len(plain["only"][name]) for name in ("db4201_629", "suzhou_464")] == [76, 83]
    assert run(["show", "--compare", "db4201_629", "suzhou_464", "--lang", "zh"]) == 0
    assert "有变动的陈述（45）" in capsys.readouterr().out
    assert run(["show", "--compare", "db4201_629"]) == 2
    assert "--compare needs two rulesets" in capsys.readouterr().err
    assert run(["show", "--compare", "db4201_629", "suzhou"]) == 2


def test_a_clause_and_the_ledger_tell_what_corresponds(capsys):
    linked = entry("1-x", ("b", "2-x", "same"), ("c", "3-x", "changed"))
    rules = stdrules.load("db4201_629")
    text = clause_text("1-x", [linked], rules.plan(), "en")
    assert "= b  2-x  [the same]" in text and "~ c  3-x  [changed]" in text
    ledger = ledger_text([linked, entry("1-y")], "en").split("\n")
    assert "elsewhere" in ledger[0] and "= b, ~ c" in ledger[2]
    assert "elsewhere" not in ledger_text([entry("1-y")], "en")
    assert ledger_dict([linked])["clauses"][0]["corresponds_to"] == [
        {"ruleset": "b", "id": "2-x", "relation": "same"},
        {"ruleset": "c", "id": "3-x", "relation": "changed"},
    ]
