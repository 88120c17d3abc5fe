"""Asking what rests on a reading, as a user types it."""

from __future__ import annotations

import pytest
from journey import EXAMPLES, stdrules

BOOK = EXAMPLES / "shenzhen_mz" / "申报评定导出.xlsx"


def test_the_table_comes_first_then_what_flips():
    done = stdrules("sensitivity", "shenzhen_mz", BOOK, "--as-of", "2022-12-31", "--top", 1)
    assert done.code == 1
    assert "29 other choices tried; 7 would change a violation or the outcome" in done.out
    table, rest = done.out.split("no effect on these data (14)")
    assert "row_28_not_applicable  normalise" in table
    assert "pass 85 → fail 84.6938" in rest


def test_in_chinese_the_columns_align():
    done = stdrules("--lang", "zh", "sensitivity", "shenzhen_mz", BOOK, "--as-of", "2022-12-31")
    assert done.code == 1
    assert "其他" in done.out and "row_28_not_applicable" in done.out


def test_json_is_for_programs_and_always_the_same():
    args = ("sensitivity", "shenzhen_mz", BOOK, "--as-of", "2022-12-31", "--format", "json")
    first, again = stdrules(*args, PYTHONHASHSEED="1"), stdrules(*args, PYTHONHASHSEED="9")
    assert first.stdout == again.stdout
    found = first.json
    assert found["flips"] is True
    assert found["findings"]["total"] == found["findings"]["robust"] + len(
        found["findings"]["changed"]
    )
    row = next(t for t in found["trials"] if t["choices"][0]["value"] == "normalise")
    assert row["counts"]["outcome_changes"] >= 1 or row["changes"] == []


@pytest.mark.parametrize(
    ("only", "code"),
    [
        pytest.param("veto_moment", 3, id="nothing-flips-but-rows-are-set-aside"),
        pytest.param("missing_stamp", 1, id="an-outcome-flips"),
    ],
)
def test_exit_codes(only, code):
    done = stdrules("sensitivity", "shenzhen_mz", BOOK, "--as-of", "2022-12-31", "--only", only)
    assert done.code == code


def test_wrong_use_is_told():
    done = stdrules("sensitivity", "shenzhen_mz", BOOK, "--as-of", "2022-12-31", "--only", "row28")
    assert done.code == 2
    assert "unknown reading `row28`" in done.err
    done = stdrules("sensitivity", "shenzhen_mz", "--as-of", "2022-12-31")
    assert done.code == 2
