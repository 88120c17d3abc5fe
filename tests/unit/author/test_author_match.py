"""A ledger held against copies: what leaves it exact, and what is told of what does not."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdrules.author.match import match, statements
from unit.author.author_samples import (
    DOCUMENT,
    KNOWN,
    LEDGER,
    LINES,
    SENTENCES,
    differing,
    entry,
    find,
    paragraphs,
)

WIDE = {**{ord(c): ord(c) + 0xFEE0 for c in "0123456789().,abcdhkg"}, ord(" "): "\u3000"}
Edit = Callable[[list[str]], list[str]]


def pages(lines: list[str]) -> list[str]:
    """Break a text into short lines and pages, with headers and page numbers."""
    broken = [piece for line in lines for piece in textwrap.wrap(line, 12)]
    made: list[str] = []
    for number, at in enumerate(range(0, len(broken), 6), 1):
        made += ["TEA 1—2020", *broken[at : at + 6], f"— {number} —", ""]
    return made


def joined(lines: list[str]) -> list[str]:
    """Join neighbouring sentences into one line, two by two."""
    made: list[str] = []
    for locator, line in DOCUMENT:
        if locator in ("2.3 a)", "2.3 c)", "3.2", "4.2"):
            made[-1] += line
        else:
            made.append(line)
    return made


HARMLESS: dict[str, Edit] = {
    "as-it-is": lambda lines: lines,
    "full-width": lambda lines: [line.translate(WIDE) for line in lines],
    "other-dashes": lambda lines: [
        line.replace("——", "--").replace("-", "\u2212") for line in lines
    ],
    "other-blanks": lambda lines: ["\t" + line.replace(" ", "") + "  " for line in lines],
    "invisible-characters": lambda lines: [line[:4] + "\u200b" + line[4:] for line in lines],
    "marks-of-an-export": lambda lines: [f"[bookmark: _Toc{n}]{t}" for n, t in enumerate(lines)],
    "paragraphs-inserted": lambda lines: [
        text for line in lines for text in (line, "这一段是后来写进去的，与别处无关。")
    ],
    "broken-lines": lambda lines: [p for line in lines for p in textwrap.wrap(line, 10)],
    "pages": pages,
    "joined-lines": joined,
    "numbers-lost": lambda lines: [re.sub(r"^([\d.]+|[a-c]\)) ", "", line) for line in lines],
    "headings-lost": lambda lines: [lines[place] for place in KNOWN],
}


@pytest.mark.parametrize("known", [True, False], ids=["known", "fresh"])
@pytest.mark.parametrize("edit", HARMLESS.values(), ids=HARMLESS)
def test_what_changes_no_sentence_changes_nothing(edit: Edit, known: bool):
    found = find(edit(list(LINES)), known)
    assert differing(found) == {}
    assert [one.statement.ids for one in found][3] == ("2.2-hat", "2.2-boots")


def test_a_number_that_the_ledger_does_not_have_does_no_harm():
    bare = tuple(
        entry(locator or "", text.split(" ", 1)[1]) for locator, text in DOCUMENT if locator
    )
    found = match(statements(bare), paragraphs(LINES))
    assert {one.status for one in found} == {"exact"}


def replaced(place: int, old: str, new: str) -> list[str]:
    """Return the document with one word of one line replaced."""
    assert LINES[place].count(old) == 1
    return [line.replace(old, new) if n == place else line for n, line in enumerate(LINES)]


@pytest.mark.parametrize("known", [True, False], ids=["known", "fresh"])
def test_one_word_is_one_change(known: bool):
    place = LINES.index("2.3 鲜叶应在采下后 6 h 内送到炒茶间。")
    found = {one.statement.locators[0]: one for one in find(replaced(place, "6", "8"), known)}
    assert differing(list(found.values())) == {"2.3": "changed"}
    assert found["2.3"].place is not None
    assert found["2.3"].place.text == "2.3 鲜叶应在采下后 8 h 内送到炒茶间。"
    assert found["2.3"].was == (LINES[place] if known else "")


WORD = st.sampled_from(["山", "石", "云", "七", "88", "X"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(KNOWN), unique=True, max_size=len(KNOWN)),
    st.booleans(),
    st.data(),
)
def test_the_words_changed_are_the_changes(places: list[int], known: bool, data: st.DataObject):
    """k words changed in k paragraphs are k changes, each at its place, and nothing else."""
    lines = list(LINES)
    # Without known sentences the places say which is which, as long as a third stands firm.
    places = places if known else places[:9]
    for place in places:
        # After the number: one that is damaged is another matter.
        start = lines[place].index(" ") + 1
        at = data.draw(st.integers(start, len(lines[place]) - 2))
        lines[place] = lines[place][:at] + data.draw(WORD) + lines[place][at + 1 :]
    found = find(lines, known)
    changed = {DOCUMENT[place][0] for place in places if lines[place] != LINES[place]}
    assert differing(found) == dict.fromkeys(changed, "changed")
    for one in found:
        assert one.place is not None
        expected = next(n for n in KNOWN if DOCUMENT[n][0] == one.statement.locators[0])
        assert one.place.first == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(KNOWN), unique=True, min_size=1, max_size=6))
def test_what_is_taken_out_is_missing(places: list[int]):
    lines = [line for place, line in enumerate(LINES) if place not in places]
    assert differing(find(lines)) == {DOCUMENT[place][0]: "missing" for place in places}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KNOWN), st.sampled_from(KNOWN))
def test_what_is_moved_far_has_moved(source: int, target: int):
    """One paragraph moved past two others or more is that one, not the ones it passed."""
    passed = [n for n in KNOWN if min(source, target) <= n <= max(source, target)]
    lines = [line for place, line in enumerate(LINES) if place != source]
    lines.insert(target, LINES[source])
    wrong = differing(find(lines))
    if len(passed) > 2:
        # Inside of one clause the order says nothing.
        beside = {DOCUMENT[n][0].split()[0] for n in passed}
        assert wrong in ({DOCUMENT[source][0]: "moved"}, {}) and (wrong or len(beside) < 4)
    else:
        assert set(wrong.values()) <= {"moved"}


def test_a_changed_sentence_elsewhere_is_found_if_it_is_known():
    place = LINES.index("3.3 炒好的茶应在当天入罐，罐口用油纸封严。")
    lines = [line for n, line in enumerate(LINES) if n != place]
    lines.insert(2, LINES[place].replace("油纸", "蜡纸"))
    assert differing(find(lines)) == {"3.3": "changed"}
    assert differing(find(lines, known=False)) == {"3.3": "missing"}


@pytest.mark.parametrize("known", [True, False], ids=["known", "fresh"])
def test_an_exception_added_to_a_sentence_is_a_change(known: bool):
    place = LINES.index("4.2 账本保存十年，虫蛀的应重抄一份。")
    lines = list(LINES)
    lines[place] += "园主不在时除外。"
    found = find(lines, known)
    assert differing(found) == {"4.2": "changed"}
    changed = next(one for one in found if one.status == "changed")
    assert changed.was == LINES[place]
    assert changed.place is not None and changed.place.text == lines[place]


def test_a_sentence_that_is_repeated_below_a_changed_one_is_not_taken_for_it():
    title, detail = "茶罐的摆放整齐合理", "优等：茶罐的摆放整齐合理，得 4 分；"
    ledger = (entry("1", "第一段文字在此。"), entry("2", title), entry("3", "最后一段文字在此。"))
    lines = ["第一段文字在此。", title.replace("摆", "码"), detail, "最后一段文字在此。"]
    known = {entry("2", title).digest: title}
    found = match(statements(ledger, known), paragraphs(lines))
    assert [one.status for one in found] == ["exact", "changed", "exact"]
    assert found[1].place is not None and found[1].place.first == 1


def test_of_equal_lines_the_one_in_its_place_counts():
    ledger = (entry("1", "甲方签字"), entry("2", "中间的一段话。"), entry("3", "日期"))
    lines = ["日期", "甲方签字", "日期", "中间的一段话。", "日期"]
    found = match(statements(ledger), paragraphs(lines))
    assert [one.status for one in found] == ["exact"] * 3
    assert found[2].place is not None and found[2].place.first == 4


def test_statements_of_one_clause_have_no_order():
    ledger = (entry("5", "第一句话在这里。"), entry("6", "其二在此。"), entry("6", "其一在此。"))
    lines = ["第一句话在这里。", "其一在此。", "其二在此。"]
    found = match(statements(ledger), paragraphs(lines))
    assert [one.status for one in found] == ["exact"] * 3


def test_a_text_of_something_else_has_nothing_of_it():
    lines = ["The quick brown fox.", "Jumps over the lazy dog."]
    assert {one.status for one in find(lines)} == {"missing"}


@pytest.mark.parametrize("known", [True, False], ids=["known", "fresh"])
def test_a_large_text_of_something_else_is_given_up(known: bool):
    """Comparisons are counted: a text that would need too many of them is another document."""
    lines = [f"这是一段与茶没有关系的话，编号为 {n}。" for n in range(12_000)]
    assert {one.status for one in find(lines, known)} == {"missing"}
    rows = paragraphs(lines)
    ledger = tuple(entry(str(n), f"从来没有写过的一句话，第 {n} 句。") for n in range(50))
    assert {one.status for one in match(statements(ledger), rows)} == {"missing"}


def test_an_empty_ledger_asks_for_nothing():
    assert match((), paragraphs(LINES)) == []
    assert len(statements(LEDGER)) == len(KNOWN) == len(SENTENCES)
