"""Profiles: what fits, what is refused and where, and that a digest follows the content."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from stdrules.base.errors import RulesetError
from stdrules.base.text import Text
from stdrules.base.time.durations import Workdays
from stdrules.load.profile import load_profile, read_profile
from stdrules.model.ruleset import RulesetHeader

NAMED = Text("名", "name")
READING = {
    "clause": ["4.1"], "default": "calendar", "why": NAMED,
    "alternatives": {"calendar": NAMED, "elapsed": NAMED},
}  # fmt: skip


def parameter(kind: str, default: str | None = None) -> dict[str, object]:
    return {"clause": ["4.2"], "type": kind, "default": default, "label": NAMED, "why": NAMED}


HEADER = RulesetHeader.model_validate(
    {
        "stdrules": "1", "id": "demo", "version": "1", "title": NAMED,
        "document": {"number": "D 1", "kind": "standard"},
        "case": {"type": "project", "label": NAMED}, "timezone": "Asia/Shanghai",
        "readings": {"advance_days": READING, "fortnight": READING},
        "parameters": {
            "promptly": parameter("duration"), "share": parameter("number", "0.5"),
            "since": parameter("date"), "strict": parameter("boolean"), "word": parameter("text"),
        },
    }
)  # fmt: skip
HEAD = "stdrules: 1\nprofile: own\ntitle: {zh: 本单位, en: own}\nruleset: demo\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_gives_choices(tmp_path: Path):
    body = "readings: {advance_days: elapsed}\nparameters: {promptly: P3D, share: null}\n"
    found = load_profile(written(tmp_path, HEAD + body), HEADER)
    assert found.readings == {"advance_days": "elapsed"}
    assert found.parameters == {"promptly": "P3D", "share": None}
    assert found.profile.title == Text("本单位", "own")
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_profile_without_choices_is_one(tmp_path: Path):
    found = load_profile(written(tmp_path, HEAD), HEADER)
    assert (found.readings, found.parameters) == ({}, {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(timedelta(hours=48), "PT48H", id="elapsed"),
        pytest.param(Workdays(2), "2 workdays", id="working-days"),
        pytest.param("P2M", "P2M", id="text"),
        pytest.param(None, None, id="none"),
    ],
)
def test_python_values_become_the_texts_of_files(value: object, text: str | None):
    given = {"stdrules": 1, "profile": "own", "title": NAMED, "ruleset": "demo",
             "parameters": {"promptly": value}}  # fmt: skip
    assert load_profile(given, HEADER).parameters == {"promptly": text}


def test_a_file_and_python_have_one_digest(tmp_path: Path):
    body = "readings: {fortnight: elapsed}\nparameters: {share: '0.25', strict: true, since: ~}\n"
    given = {
        "stdrules": 1, "profile": "own", "title": {"zh": "本单位", "en": "own"},
        "ruleset": "demo", "readings": {"fortnight": "elapsed"},
        "parameters": {"since": None, "strict": True, "share": Decimal("0.250")},
    }  # fmt: skip
    read = load_profile(written(tmp_path, HEAD + body), HEADER)
    assert read == load_profile(given, HEADER)
    assert len(read.digest) == 64


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("readings: {fortnight: calendar}\n", id="a-reading"),
        pytest.param("parameters: {promptly: null}\n", id="a-parameter-without-value"),
        pytest.param("readings: {fortnight: elapsed}\nwhy: {fortnight: {zh: 一, en: a}}\n",
                     id="a-reason"),
    ],
)  # fmt: skip
def test_other_content_has_another_digest(tmp_path: Path, body: str):
    first = load_profile(written(tmp_path, HEAD + "readings: {fortnight: elapsed}\n"), HEADER)
    assert load_profile(written(tmp_path, HEAD + body), HEADER).digest != first.digest


@pytest.mark.parametrize(
    ("body", "code", "place", "said"),
    [
        ("readings: {advance_day: elapsed}", "E140", "5:12", "unknown reading `advance_day`"),
        ("readings: {advance_days: elapse}", "E123", "5:26", "did you mean `elapsed`?"),
        ("parameters: {prompt: P1D}", "E142", "5:14", "did you mean `promptly`?"),
        ("parameters: {promptly: 3 days}", "E124", "5:24", "`3 days` is not a duration"),
        ("parameters: {share: half}", "E124", "5:21", "half"),
        ("parameters: {since: 2023-02-29}", "E124", "5:21", "2023-02-29"),
        ("parameters: {strict: maybe}", "E124", "5:22", "true or false"),
        ("why: {fortnight: {zh: 一, en: a}}", "E123", "5:7", "unknown choice"),
        ("redings: {fortnight: elapsed}", "E120", "5:1", "did you mean `readings`?"),
        ("readings: [fortnight]", "E122", "5:11", "expected keys and values"),
        ("readings: {fortnight: null}", "E122", "5:23", "nothing"),
        ("readings: {fortnight: elapsed, fortnight: calendar}", "E109", "5:32", "fortnight"),
        ("readings: &x {fortnight: elapsed}", "E107", "5:11", ""),
        ("parameters: {word: !!python/name:os.system a}", "E108", "5:20", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, body: str, code: str, place: str, said: str
):
    path = written(tmp_path, HEAD + body + "\n")
    found, findings = read_profile(path, HEADER)
    assert found is None
    assert [one.code for one in findings] == [code]
    shown = findings[0].render("en")
    assert shown.startswith(f"{path.as_posix()}:{place}: error[{code}]"), shown
    assert said in shown
    with pytest.raises(RulesetError, match=r"the profile `profile\.yaml` cannot be used"):
        load_profile(path, HEADER)


def test_everything_wrong_is_told_at_once(tmp_path: Path):
    body = "readings: {a: b, fortnight: c}\nparameters: {promptly: x}\n"
    _, findings = read_profile(written(tmp_path, HEAD + body), HEADER)
    assert [one.code for one in findings] == ["E140", "E123", "E124"]


def test_a_profile_for_another_ruleset_is_refused(tmp_path: Path):
    text = HEAD.replace("ruleset: demo", "ruleset: other") + "readings: {x: y}\n"
    _, findings = read_profile(written(tmp_path, text), HEADER)
    assert [one.code for one in findings] == ["E123"]
    assert "for the ruleset `other`, not `demo`" in findings[0].message.en


@pytest.mark.parametrize("key", ["stdrules", "profile", "title", "ruleset"])
def test_a_head_is_whole(tmp_path: Path, key: str):
    text = "".join(line for line in HEAD.splitlines(True) if not line.startswith(f"{key}:"))
    _, findings = read_profile(written(tmp_path, text), HEADER)
    assert [one.code for one in findings] == ["E121"]
    assert f"`{key}`" in findings[0].message.en


def test_what_is_no_file_is_told(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.yaml"):
        _, findings = read_profile(path, HEADER)
        assert [one.code for one in findings] == ["E130"]


def test_a_value_that_no_file_could_hold_is_refused():
    given = {"stdrules": 1, "profile": "own", "title": NAMED, "ruleset": "demo",
             "parameters": {"share": 0.5}}  # fmt: skip
    _, findings = read_profile(given, HEADER)
    assert [one.code for one in findings] == ["E124"]
    assert "float" in findings[0].message.en
    fine = {**given, "parameters": {"since": date(2024, 2, 29)}}
    assert load_profile(fine, HEADER).parameters == {"since": "2024-02-29"}
