"""Links between ledgers point at statements, and both ledgers say them."""

from __future__ import annotations

import check_samples as samples
import pytest

from stdrules.api.checking import check_several
from stdrules.load.files import read_folder


def folder(tmp_path, name, *links):
    """Write the sample under another id; `links` hang on the first statement of its ledger."""
    inside = ", ".join(f"{{ruleset: {r}, id: {i}, relation: {x}}}" for r, i, x in links)
    for file, text in samples.FILES.items():
        path = tmp_path / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if file == "ruleset.yaml":
            text = text.replace("id: sample", f"id: {name}")
        if file == "clauses.yaml":
            text = text.replace("{id: s1,", f"{{id: s1, corresponds_to: [{inside}],")
        path.write_text(text, encoding="utf-8")
    return tmp_path / name


def links_of(tmp_path, first, second):
    one, two = folder(tmp_path, "one", *first), folder(tmp_path, "two", *second)
    found = check_several([read_folder(one, "one"), read_folder(two, "two")])
    return [
        (c.name, f.code, f.message.en)
        for c in found
        for f in c.findings
        if f.code in ("E329", "E330")
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([("two", "s1", "same")], [("one", "s1", "same")], []),
        ([("two", "s1", "changed")], [("one", "s1", "changed")], []),
        ([("three", "s1", "same")], [], []),
        ([], [], []),
        ([("two", "s1", "same")], [],
         [("one", "E330", "`s1` is same as `s1` of two, which does not say so")]),
        ([("two", "s1", "same")], [("one", "s1", "changed")],
         [("one", "E330", "`s1` is same as `s1` of two, which says changed"),
          ("two", "E330", "`s1` is changed as `s1` of one, which says same")]),
        ([("two", "s9", "same")], [],
         [("one", "E329",
           "`s1` corresponds to `s9`, which the ledger of two does not have")]),
    ],
)  # fmt: skip
def test_links_between_two_ledgers(tmp_path, first, second, expected):
    assert links_of(tmp_path, first, second) == expected


def test_a_ruleset_that_cannot_be_read_leaves_the_others_alone(tmp_path):
    one = folder(tmp_path, "one", ("two", "s1", "same"))
    two = folder(tmp_path, "two")
    (two / "vocabulary.yaml").unlink()
    found = check_several([read_folder(one, "one"), read_folder(two, "two")])
    assert [c.usable for c in found] == [True, False]
    assert not [f for f in found[0].findings if f.code.startswith("E33")]


def test_a_slip_in_a_shared_vocabulary_is_placed_there(tmp_path):
    place = folder(tmp_path, "one")
    (tmp_path / "_vocabularies").mkdir()
    shared = tmp_path / "_vocabularies" / "words.yaml"
    shared.write_text(
        "title: {zh: 词, en: words}\ntypes:\n  visit:\n    kind: event\n"
        "    label: {zh: 走访, en: visit}\n    fields:\n"
        "      name: {type: text, label: {zh: 名, en: name}, aliases: [名字, 名字]}\n",
        encoding="utf-8",
    )
    own = place / "vocabulary.yaml"
    own.write_text("use: [words]\n" + own.read_text(encoding="utf-8"), encoding="utf-8")
    (checked,) = check_several([read_folder(place)])
    # That nothing uses the shared type is no finding.
    assert [(f.code, str(f.span)) for f in checked.findings] == [("W344", f"{shared}:3")]
    assert checked.findings[0].excerpt == "  visit:"
