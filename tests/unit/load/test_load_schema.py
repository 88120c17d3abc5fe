"""The published schemas: current, valid, in agreement with the reader on what is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from load_samples import FILES

from stdrules.load.schema import NAMES, schema_text, schemas
from stdrules.load.yaml_events import parse

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "schemas"
SHIPPED = sorted((ROOT / "rulesets").glob("*/*.yaml")) + sorted(
    (ROOT / "rulesets").glob("*/*/*.yaml")
)


@pytest.fixture(scope="module")
def validators():
    return {name: jsonschema.Draft202012Validator(made) for name, made in schemas().items()}


def name_of(path):
    if path.parent.name == "_vocabularies":
        return "shared_vocabulary"
    return path.parent.name if path.parent.name in ("norms", "cases") else path.stem


@pytest.mark.parametrize("name", NAMES)
def test_the_published_file_is_current(name):
    published = (PUBLISHED / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(name), f"write schema_text({name!r}) to the file"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema_of_the_2020_12_dialect(name):
    made = schemas()[name]
    assert made["$schema"].endswith("2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(made)


def descriptions(node):
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield node["description"]
        for value in node.values():
            yield from descriptions(value)
    elif isinstance(node, list):
        for value in node:
            yield from descriptions(value)


@pytest.mark.parametrize("name", NAMES)
def test_every_description_is_in_both_languages(name):
    found = list(descriptions(schemas()[name]))
    assert len(found) > 5
    for text in found:
        zh, bar, en = text.partition(" | ")
        assert bar and not zh.isascii() and en.isascii(), text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_shipped_files_fit_as_text_and_as_an_editor_types_them(path, validators):
    text = path.read_text(encoding="utf-8")
    as_text = parse(text, path.name)[0].data
    as_typed = json.loads(json.dumps(yaml.safe_load(text), default=str))
    for data in (as_text, as_typed):
        problems = [
            (list(e.absolute_path), e.message[:200])
            for e in validators[name_of(path)].iter_errors(data)
        ]
        assert problems == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_shipped_files_name_their_schema(path):
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    marker = "# yaml-language-server: $schema="
    assert first.startswith(marker)
    target = (path.parent / first.removeprefix(marker)).resolve()
    assert target == (PUBLISHED / f"{name_of(path)}.schema.json").resolve()


NORMS = "norms/04_basic.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (NORMS, "bearer:", "bearers:"),
        (NORMS, "modality: obligation", "modality: must"),
        (NORMS, "kind: deadline", "kind: deadlines"),
        (NORMS, "{event: opened,", "{event: opened, document: opened,"),
        (NORMS, "{parameter: reply}", "{parameter: reply, or: P1D}"),
        (NORMS, "zh: 按时结项, ", ""),
        ("ruleset.yaml", "timezone:", "time_zone:"),
        ("ruleset.yaml", "calendar: CN", "calendar: DE"),
        ("ruleset.yaml", "type: number", "type: int"),
        ("vocabulary.yaml", "kind: event", "kind: happening"),
        ("vocabulary.yaml", "type: moment", "type: datetime"),
        ("scorecard.yaml", "kind: graded", "kind: rated"),
        ("clauses.yaml", "status: encoded", "status: done"),
        ("cases/04.yaml", "expect:", "expected:"),
    ],
)
def test_mistakes_are_found_by_the_schema_too(validators, file, old, new):
    name = name_of(Path("x") / file)
    good = parse(FILES[file], file)[0].data
    assert not list(validators[name].iter_errors(good))
    assert old in FILES[file]
    wrong = parse(FILES[file].replace(old, new, 1), file)[0].data
    assert list(validators[name].iter_errors(wrong))
