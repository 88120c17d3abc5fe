"""Shared vocabularies: found beside or in a package, extended, never contradicted."""

from __future__ import annotations

import pytest
from load_samples import VOCABULARY, write

from stdrules.api.loading import load
from stdrules.load import packages
from stdrules.load.cache import Cache
from stdrules.load.files import read_folder
from stdrules.load.ruleset import load_ruleset, read_ruleset
from stdrules.load.shared import used_names

SHARED = """\
title: {zh: 项目, en: projects}
fields:
  project_id: {type: text, label: {zh: 项目编号, en: project id}, aliases: [项目号]}
  grade:
    type: choice
    label: {zh: 等级, en: grade}
    values:
      good: {zh: 好, en: good}
      other: {zh: 其他, en: other}
types:
  opened:
    kind: event
    label: {zh: 立项, en: opened}
    aliases: [立项表]
    time: opened_at
    case: project_id
    fields:
      project_id: {}
      opened_at: {type: moment, label: {zh: 立项时间, en: opened at}}
  rated:
    kind: assessment
    label: {zh: 评定, en: rated}
    time: rated_on
    case: project_id
    fields:
      project_id: {aliases: [评定项目]}
      grade: {}
      rated_on: {type: date, label: {zh: 评定日期, en: rated on}}
"""
CLOSED = VOCABULARY[VOCABULARY.index("  closed:") :]
OWN = f"""\
use: [projects]
fields:
  project_id: {{label: {{zh: 课题编号, en: project id}}, aliases: [课题号]}}
types:
  opened:
    label: {{zh: 开题, en: opened}}
    fields:
      leader: {{type: text, label: {{zh: 负责人, en: leader}}}}
  rated:
    fields:
      grade: {{values: {{good: {{zh: 优秀}}, poor: {{zh: 差, en: poor}}}}}}
{CLOSED}"""


def lay(tmp_path, own=OWN, shared=SHARED, name="projects"):
    place = tmp_path / "_vocabularies"
    place.mkdir()
    if shared is not None:
        (place / f"{name}.yaml").write_text(shared, encoding="utf-8")
    return write(tmp_path / "s", vocabulary=own)


def findings(folder):
    _ruleset, found = read_ruleset(folder, "s")
    return [f"{f.span.file}:{f.span.line}:{f.span.column} {f.code} {f.message.en}" for f in found]


def test_a_shared_type_is_taken_with_what_the_ruleset_adds(tmp_path):
    types = load_ruleset(lay(tmp_path)).vocabulary.types
    opened, rated = types["opened"], types["rated"]
    assert list(types) == ["opened", "rated", "closed", "judgement"]
    assert (opened.kind, opened.time, opened.case) == ("event", "opened_at", "project_id")
    assert list(opened.fields) == ["project_id", "opened_at", "leader"]
    assert (opened.label.zh, opened.aliases) == ("开题", ("立项表", "立项"))
    good = rated.fields["grade"].values["good"]
    assert list(rated.fields["grade"].values) == ["good", "other", "poor"]
    assert (good.zh, good.en, good.aliases) == ("优秀", "good", ("好",))


def test_a_field_without_a_type_is_the_common_field(tmp_path):
    types = load_ruleset(lay(tmp_path)).vocabulary.types
    for name, aliases in (
        ("opened", ("项目号", "项目编号", "课题号")),
        ("rated", ("项目号", "项目编号", "课题号", "评定项目")),
    ):
        field = types[name].fields["project_id"]
        assert (field.type, field.label.zh, field.aliases) == ("text", "课题编号", aliases), name
    # A field that gives its type stands alone.
    assert types["closed"].fields["project_id"].label.zh == "项目编号"


def test_common_fields_serve_a_single_ruleset_too(tmp_path):
    who = "fields:\n  who: {type: text, label: {zh: 谁, en: who}}\n"
    own = who + VOCABULARY.replace("    fields:\n", "    fields:\n      who: {}\n")
    types = load_ruleset(write(tmp_path / "s", vocabulary=own)).vocabulary.types
    assert [types[t].fields["who"].label.zh for t in ("opened", "closed")] == ["谁", "谁"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    label: {zh: 开题, en: opened}", "    kind: document",
         "s/vocabulary.yaml:6:11 E151 in the shared vocabulary the `kind` of `opened` is `event`"),
        ("    label: {zh: 开题, en: opened}", "    time: leader",
         "s/vocabulary.yaml:6:11 E151 "
         "in the shared vocabulary the `time` of `opened` is `opened_at`"),
        ("    label: {zh: 开题, en: opened}", "    single: true",
         "s/vocabulary.yaml:6:13 E151 in the shared vocabulary the `single` of `opened` is `-`"),
        ("grade: {values", "grade: {type: choices, values",
         "s/vocabulary.yaml:11:21 E151 "
         "in the shared vocabulary the `type` of `rated.grade` is `choice`"),
        ("use: [projects]", "use: [project]",
         "s/vocabulary.yaml:1:7 E152 there is no shared vocabulary `project`"),
        ("  rated:", "  rating:", "s/vocabulary.yaml:9:3 E121 missing key `kind`"),
        ("use: [projects]", '"use": [projects]',
         "s/vocabulary.yaml:1:9 E152 `use` is written in a way that is not recognised"),
        ("leader: {type: text", "leader: {sort: text",
         "s/vocabulary.yaml:8:16 E120 unknown key `sort`"),
        ("use:", "uses:", "s/vocabulary.yaml:1:1 E120 unknown key `uses`"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(tmp_path, old, new, expected):
    assert old in OWN
    assert expected in findings(lay(tmp_path, OWN.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("time: rated_on", "time: rated", "_vocabularies/projects.yaml:23:11 E150"),
        ("kind: assessment", "kind: opinion", "_vocabularies/projects.yaml:21:11 E123"),
        ("title: {zh: 项目, en: projects}\n", "", "_vocabularies/projects.yaml:1:1 E121"),
        ("types:", "typos:", "_vocabularies/projects.yaml:10:1 E120"),
        ("      grade: {}", "      grade: {aliases: [项目号]}",
         "_vocabularies/projects.yaml:27:7 E150"),
    ],
)  # fmt: skip
def test_a_slip_in_the_shared_file_is_shown_there(tmp_path, old, new, expected):
    assert old in SHARED
    found = findings(lay(tmp_path, shared=SHARED.replace(old, new)))
    assert any(line.startswith(expected) for line in found), found


def test_the_same_said_again_is_no_contradiction(tmp_path):
    own = OWN.replace("    label: {zh: 开题, en: opened}", "    kind: event\n    time: opened_at")
    assert findings(lay(tmp_path, own)) == []


def test_two_shared_vocabularies_must_not_declare_the_same(tmp_path):
    folder = lay(tmp_path, OWN.replace("[projects]", "[projects, more]"))
    (tmp_path / "_vocabularies/more.yaml").write_text(SHARED, encoding="utf-8")
    found = findings(folder)
    assert len([line for line in found if " E153 " in line]) == 4
    assert (
        "_vocabularies/more.yaml:11:3 E153 the shared vocabulary `projects` declares `opened` "
        "already"
    ) in found


def test_a_shared_vocabulary_is_found_in_an_installed_package(tmp_path, monkeypatch):
    package = tmp_path / "shelf_of_words"
    (package / "_vocabularies").mkdir(parents=True)
    (package / "_vocabularies/projects.yaml").write_text(SHARED, encoding="utf-8")
    (package / "__init__.py").touch()

    class Point:
        value = "shelf_of_words"

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(packages, "entry_points", lambda group: [Point])
    folder = write(tmp_path / "elsewhere" / "s", vocabulary=OWN)
    raw = read_folder(folder, "s")
    assert raw.shown("_vocabularies/projects.yaml") == "shelf_of_words/_vocabularies/projects.yaml"
    assert "leader" in load_ruleset(folder).vocabulary.types["opened"].fields


def test_a_link_is_no_vocabulary(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "entry_points", lambda group: [])
    folder = lay(tmp_path)
    shared = tmp_path / "_vocabularies/projects.yaml"
    shared.rename(tmp_path / "real.yaml")
    shared.symlink_to(tmp_path / "real.yaml")
    assert any(" E152 " in line for line in findings(folder))


def test_digest_and_fingerprint_cover_the_shared_files(tmp_path):
    folder = lay(tmp_path)
    shared = tmp_path / "_vocabularies/projects.yaml"
    first = load_ruleset(folder)
    assert "_vocabularies/projects.yaml" in first.files
    shared.write_text(SHARED + "# a remark\n", encoding="utf-8")
    remarked = load_ruleset(folder)
    assert remarked.fingerprint != first.fingerprint and remarked.digest == first.digest
    shared.write_text(SHARED.replace("评定日期", "评分日期"), encoding="utf-8")
    assert load_ruleset(folder).digest != first.digest


def test_the_cache_sees_a_change_of_a_shared_file(tmp_path):
    folder, cache = lay(tmp_path), Cache(tmp_path / "cache")
    before = load(folder, cache=cache)
    shared = tmp_path / "_vocabularies/projects.yaml"
    shared.write_text(SHARED.replace("立项时间", "立项时刻"), encoding="utf-8")
    after = load(folder, cache=cache)
    labels = [r.vocabulary.types["opened"].fields["opened_at"].label.zh for r in (before, after)]
    assert labels == ["立项时间", "立项时刻"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"use: [a, b]\ntypes: {}\n", ["a", "b"]),
        (b"# words\nuse:\n- a\n# more\n- b\n\ntypes: {}\n", ["a", "b"]),
        (b"use:\r\n  - a\r\n\r\n  - b\r\ntypes: {}\r\n", ["a", "b"]),
        (b"use: [\n  a,\n  b]\ntypes: {}\n", ["a", "b"]),
        (b"types: {}\nuse: [a]", ["a"]),
        (b"types:\n  use: [a]\n", []),
        (b"use: [../a, /b, 1]\n", []),
        (b"use: a\n", []),
        (b"use: [a\n", []),
        (b"", []),
    ],
)
def test_the_names_are_seen_without_reading_the_file(text, names):
    assert list(used_names(text)) == names
