"""Misspelt keys: the nearest known one is named, and a missing key names what looks like it."""

from __future__ import annotations

import pytest
from load_samples import HEADER, NORMS, VOCABULARY, write

from stdrules.load.ruleset import read_ruleset

SLIPS = (
    ("ruleset", HEADER, "readings:", "reading:", "did you mean `readings`?"),
    ("ruleset", HEADER, "parameters:", "parameter:", "did you mean `parameters`?"),
    ("ruleset", HEADER, "parameters:", "paramters:", "did you mean `parameters`?"),
    ("ruleset", HEADER, "calendar:", "calender:", "did you mean `calendar`?"),
    ("vocabulary", VOCABULARY, "types:", "type:", "did you mean `types`?"),
    ("norms", NORMS, "bearer:", "bearers:", "did you mean `bearer`?"),
    ("norms", NORMS, "norms:", "norm:", "this file holds only `norms`"),
)


@pytest.mark.parametrize(("file", "text", "right", "wrong", "hint"), SLIPS)
def test_a_misspelt_key_hints_the_nearest(tmp_path, file, text, right, wrong, hint):
    slipped = text.replace(f"\n{right}", f"\n{wrong}", 1) if f"\n{right}" in text else text.replace(
        right, wrong, 1
    )
    _, findings = read_ruleset(write(tmp_path, **{file: slipped}))
    unknown = [one for one in findings if one.code == "E120"]
    assert [one.hint.en for one in unknown] == [hint]
    assert wrong.rstrip(":") in unknown[0].message.en


def test_a_switch_out_of_place_is_told_as_such(tmp_path):
    slipped = HEADER.replace("timezone: Asia/Shanghai", "timezone: Asia/Shanghai\nwhen: {a: b}", 1)
    _, findings = read_ruleset(write(tmp_path, ruleset=slipped))
    (found,) = findings
    assert found.hint.en.startswith("a switch has exactly")


@pytest.mark.parametrize(
    ("file", "text", "right", "wrong"),
    [("ruleset", HEADER, "timezone:", "timezon:"), ("norms", NORMS, "kind:", "knid:")],
)
def test_a_missing_key_names_what_looks_like_it(tmp_path, file, text, right, wrong):
    _, findings = read_ruleset(write(tmp_path, **{file: text.replace(right, wrong, 1)}))
    (missing,) = (one for one in findings if one.code == "E121")
    assert missing.hint.en.startswith(f"is `{wrong[:-1]}` meant for it?")
    assert missing.hint.zh.startswith(f"`{wrong[:-1]}` 是否指它")


def test_a_missing_key_with_nothing_like_it_has_no_guess(tmp_path):
    without = HEADER.replace("timezone: Asia/Shanghai\n", "")
    _, findings = read_ruleset(write(tmp_path, ruleset=without))
    (missing,) = (one for one in findings if one.code == "E121")
    assert missing.hint is None
