"""An organisation's choices in a file, as a user hands them over."""

from __future__ import annotations

from pathlib import Path

import pytest
from journey import EXAMPLES, TASK, stdrules, write_facts

BOOK = EXAMPLES / "q_gxxz_029" / "项目导出.xlsx"
HEAD = """\
stdrules: 1
profile: our_house
title: {zh: 本单位的约定, en: our choices}
ruleset: q_gxxz_029
"""
AUDIT = ("audit", "q_gxxz_029", BOOK, "--as-of", "2024-03-31", "--case", "XZ-2023-04")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(
        HEAD + "readings: {day_unit: working}\nparameters: {timely: P30D}\n", encoding="utf-8"
    )
    return path


def test_a_profile_settles_readings_and_parameters(profile: Path):
    plain = stdrules(*AUDIT, "--format", "json").json
    own = stdrules(*AUDIT, "--format", "json", "--profile", profile).json
    assert plain["summary"]["violations"] == 3
    assert own["summary"]["violations"] == 0
    assert (own["readings"]["day_unit"], own["parameters"]["timely"]) == ("working", "P30D")
    assert own["plan_digest"] != plain["plan_digest"]
    assert own["facts_digest"] == plain["facts_digest"]
    assert "profile" not in plain
    assert own["profile"]["id"] == "our_house"
    assert own["profile"]["overridden"] == {}


def test_the_command_line_goes_before_it_and_the_report_says_so(profile: Path):
    more = ("--profile", profile, "--reading", "day_unit=natural", "--parameter", "timely=P60D")
    own = stdrules(*AUDIT, *more, "--format", "json").json
    assert own["summary"]["violations"] == 3
    assert own["profile"]["overridden"] == {"day_unit": "natural", "timely": "P60D"}
    told = "profile our_house (our choices), digest "
    for shown in (stdrules(*AUDIT, *more), stdrules(*AUDIT, *more, "--top", 1)):
        assert told in shown.out
        assert "chosen otherwise: day_unit = natural" in " ".join(shown.out.split())
    zh = stdrules("--lang", "zh", *AUDIT, *more)
    assert "方案 our_house（本单位的约定）" in zh.out


def test_the_same_choices_by_hand_give_the_same_plan(profile: Path):
    own = stdrules(*AUDIT, "--format", "json", "--profile", profile).json
    by_hand = stdrules(
        *AUDIT, "--format", "json", "--reading", "day_unit=working", "--parameter", "timely=P30D"
    ).json
    assert own["plan_digest"] == by_hand["plan_digest"]
    del own["profile"]
    assert own == by_hand


def test_eval_and_explain_take_it_too(profile: Path, tmp_path: Path):
    facts = write_facts(tmp_path, TASK)
    done = stdrules("eval", "q_gxxz_029", "--facts", facts, "--as-of", "2023-03-05",
                    "--profile", profile)  # fmt: skip
    assert done.json["profile"]["id"] == "our_house"
    done = stdrules("explain", "q_gxxz_029", "--facts", facts, "--as-of", "2023-03-05",
                    "--norm", "5.4-measures-15d", "--profile", profile)  # fmt: skip
    assert done.code == 0
    assert "day_unit = working" in done.out
    assert "profile our_house" in done.out


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        pytest.param("readings: {day_unit: working}\n", 0, "0 errors", id="right"),
        pytest.param("readings: {dayunit: working}\n", 2, "did you mean `day_unit`?", id="a-name"),
        pytest.param("readings: {day_unit: works}\n", 2, "profile.yaml:5:22", id="a-value"),
        pytest.param("parameters: {timely: soon}\n", 2, "error[E124]", id="a-duration"),
        pytest.param("reading: {}\n", 2, "error[E120]", id="a-key"),
    ],
)
def test_check_says_what_is_wrong_with_it(tmp_path: Path, body: str, code: int, said: str):
    path = tmp_path / "profile.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    done = stdrules("check", "q_gxxz_029", "--profile", path, cwd=tmp_path)
    assert (done.code, said in done.out) == (code, True), done.out
    used = stdrules(*AUDIT, "--profile", path)
    assert (used.code == 2) == (code == 2)


def test_a_profile_for_another_ruleset_is_refused(profile: Path):
    done = stdrules("audit", "shenzhen_mz", EXAMPLES / "shenzhen_mz" / "申报评定导出.xlsx",
                    "--as-of", "2022-12-31", "--profile", profile)  # fmt: skip
    assert done.code == 2
    assert "it is for the ruleset `q_gxxz_029`, not `shenzhen_mz`" in done.err
    done = stdrules("audit", "q_gxxz_029", BOOK, "--as-of", "2024-03-31", "--profile", "none.yaml")
    assert (done.code, "there is no such file" in done.err) == (2, True)


def test_one_profile_goes_with_one_ruleset(profile: Path):
    done = stdrules("check", "q_gxxz_029", "shenzhen_mz", "--profile", profile)
    assert (done.code, "--profile goes with one ruleset" in done.err) == (2, True)
    done = stdrules("check", "--all", "--profile", profile)
    assert done.code == 2


def test_the_schema_of_a_profile_is_published():
    done = stdrules("schema", "profile")
    assert done.json["required"] == ["stdrules", "profile", "title", "ruleset"]
