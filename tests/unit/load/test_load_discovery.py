"""Finding rulesets: by id and day, by path, in packages; clashes and holes between editions."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest
from load_samples import FILES, write

from stdrules.base.errors import RulesetError
from stdrules.load import packages
from stdrules.load.discovery import (
    edition_findings,
    find,
    list_folder,
    list_rulesets,
    open_ruleset,
)
from stdrules.load.ruleset import read_ruleset


def edition(root, folder, start, end, name="sample"):
    header = FILES["ruleset.yaml"].replace("id: sample", f"id: {name}")
    header = header.replace("from: 2020-01-01, to: null", f"from: {start}, to: {end}")
    return write(root / folder, ruleset=header)


@pytest.fixture
def shelf(tmp_path):
    edition(tmp_path, "old", "2010-01-01", "2019-12-31")
    edition(tmp_path, "new", "2020-01-01", "null")
    edition(tmp_path, "other", "null", "2015-06-30", name="another")
    (tmp_path / "no_ruleset").mkdir()
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    return tmp_path


def test_the_list_is_sorted_by_id_and_day(shelf):
    names = [(e.id, e.name.rpartition("/")[2]) for e in list_folder(shelf).editions]
    assert names == [("another", "other"), ("sample", "old"), ("sample", "new")]


@pytest.mark.parametrize(
    ("day", "folder"),
    [
        (date(2010, 1, 1), "old"),
        (date(2019, 12, 31), "old"),
        (date(2020, 1, 1), "new"),
        (date(2999, 1, 1), "new"),
        (None, "new"),
    ],
)
def test_the_day_chooses_the_edition(shelf, day, folder):
    found = find("sample", day, list_folder(shelf))
    assert found.name.endswith(f"/{folder}")
    assert found.load().header.document.in_force == found.header.document.in_force


@pytest.mark.parametrize(
    ("name", "day", "code", "said"),
    [
        ("sample", date(2009, 12, 31), "E162", "no edition of `sample` is in force on 2009-12-31"),
        ("another", date(2015, 7, 1), "E162", "in force: "),
        ("smaple", None, "E160", "did you mean `sample`?"),
        ("zzz", None, "E160", "installed: another, sample"),
    ],
)
def test_what_is_not_found(shelf, name, day, code, said):
    with pytest.raises(RulesetError) as caught:
        find(name, day, list_folder(shelf))
    assert [d.code for d in caught.value.diagnostics] == [code]
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        (("2010-01-01", "2019-12-31"), ("2020-01-01", "null"), []),
        (("2010-01-01", "2020-01-01"), ("2020-01-01", "null"), ["E161"]),
        (("2010-01-01", "null"), ("2020-01-01", "null"), ["E161"]),
        (("null", "null"), ("null", "null"), ["E161"]),
        (("2010-01-01", "2019-12-30"), ("2020-01-01", "null"), ["E162"]),
    ],
)
def test_editions_neither_overlap_nor_leave_a_gap(tmp_path, first, second, codes):
    edition(tmp_path, "a", *first)
    edition(tmp_path, "b", *second)
    assert [f.code for f in edition_findings(list_folder(tmp_path))] == codes


def test_two_editions_on_one_day_are_refused(tmp_path):
    edition(tmp_path, "a", "2010-01-01", "null")
    edition(tmp_path, "b", "2015-01-01", "null")
    listing = list_folder(tmp_path)
    with pytest.raises(RulesetError, match="more than one edition of `sample`") as caught:
        find("sample", date(2020, 1, 1), listing)
    assert caught.value.diagnostics[0].code == "E161"
    assert find("sample", date(2012, 1, 1), listing).name.endswith("/a")


def test_by_path_or_by_id(shelf, monkeypatch):
    assert open_ruleset(shelf / "old").id == "sample"
    assert open_ruleset(str(shelf / "old")).id == "sample"
    assert open_ruleset("sample", date(2012, 1, 1), list_folder(shelf)).name.endswith("/old")
    monkeypatch.chdir(shelf)
    assert open_ruleset("old").name == "old"
    with pytest.raises(RulesetError):
        open_ruleset("no_ruleset", listing=list_folder(shelf))


def test_packages_of_rulesets_and_a_package_that_is_one(tmp_path, monkeypatch):
    write(tmp_path / "many_rulesets_pkg" / "sample")
    write(tmp_path / "one_ruleset_pkg")
    monkeypatch.syspath_prepend(tmp_path)
    listing = list_rulesets(["many_rulesets_pkg", "one_ruleset_pkg", "absent_pkg"])
    assert [e.name for e in listing.editions] == ["many_rulesets_pkg/sample", "one_ruleset_pkg"]
    assert [(f.code, f.span.file) for f in listing.findings] == [("E160", "absent_pkg")]
    ruleset = listing.editions[0].load()
    assert ruleset.norms()[0].span.file == "many_rulesets_pkg/sample/norms/04_basic.yaml"


def test_the_entry_points_are_asked(shelf, monkeypatch):
    class Point:
        value = "shelf_pkg"

    (shelf.parent / "shelf_pkg").symlink_to(shelf)
    monkeypatch.syspath_prepend(shelf.parent)
    monkeypatch.setattr(packages, "entry_points", lambda group: [Point, Point])
    assert len(list_rulesets().editions) == 3
    assert packages.GROUP == "stdrules.rulesets"


def test_a_ruleset_inside_an_archive_is_read_by_name_and_nothing_outside(tmp_path):
    archive = tmp_path / "pkg.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, text in FILES.items():
            packed.writestr(f"sample/{name}", text)
        packed.writestr("sample/norms/../../evil.yaml", "a: 1")
        packed.writestr("../evil.yaml", "a: 1")
        packed.writestr("/sample/norms/absolute.yaml", "a: 1")
        packed.writestr("sample/norms\\back.yaml", "a: 1")
    folder = zipfile.Path(archive, "sample/")
    ruleset, _ = read_ruleset(folder, "sample")
    assert ruleset is not None
    assert set(ruleset.files) == set(FILES) - {"NOTES.md"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pkg.zip"]


def test_a_broken_header_hides_only_its_own_folder(shelf):
    (shelf / "old" / "ruleset.yaml").write_text("stdrules: 1\n", encoding="utf-8")
    listing = list_folder(shelf)
    assert [e.name.rpartition("/")[2] for e in listing.editions] == ["other", "new"]
    assert {f.code for f in listing.findings} == {"E121"}
