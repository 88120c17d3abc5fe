"""JSON Schema (2020-12) of every file of a ruleset, and of a profile, made from the model.

The schemas serve editors. They are looser than the reader in one way: an editor types scalars
before it checks them, so a number may stand where the reader takes its text. They cannot say what
depends on other files, such as what a type lacks that a shared vocabulary does not give it;
`stdrules check` does.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Union

from pydantic import Field, create_model

from stdrules.model.base import FACT_WORDS, Items, Model, doc
from stdrules.model.cases import CasesFile
from stdrules.model.ledger import Ledger
from stdrules.model.norms import NORM_KINDS
from stdrules.model.profile import Profile
from stdrules.model.ruleset import RulesetHeader
from stdrules.model.scorecard import ScorecardFile
from stdrules.model.vocabulary import SharedVocabulary, VocabularyFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = (
    "ruleset", "vocabulary", "shared_vocabulary", "norms", "scorecard", "clauses", "cases",
    "profile",
)  # fmt: skip

_TITLES = {
    "ruleset": "规则集文件头 ruleset.yaml | header of a ruleset, ruleset.yaml",
    "vocabulary": "词汇表 vocabulary.yaml | vocabulary of a ruleset, vocabulary.yaml",
    "shared_vocabulary": (
        "共享词汇表 _vocabularies/*.yaml | vocabulary of several rulesets, _vocabularies/*.yaml"
    ),
    "norms": "规范 norms/*.yaml | norms of one chapter, norms/*.yaml",
    "scorecard": "评分表 scorecard.yaml | scorecard, scorecard.yaml",
    "clauses": "台账 clauses.yaml | ledger of all statements, clauses.yaml",
    "cases": "测试 cases/*.yaml | tests of the ruleset, cases/*.yaml",
    "profile": "方案 profile.yaml | choices of an organisation for one ruleset, profile.yaml",
}
_SWITCHED = ("norms", "scorecard")
_PLAIN_KEYS = ("id", "kind")  # what a norm is does not depend on a reading
_ANY_SCALAR = ["string", "number", "boolean"]


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each file, by its short name (``ruleset``, ``norms``, ...)."""
    return {name: schema(name) for name in NAMES}


def schema(name: str) -> dict[str, Any]:
    """Return the schema of one file.

    Args:
        name: One of `NAMES`.

    Raises:
        KeyError: There is no such file.

    Example:
        >>> schema("ruleset")["required"][:2]
        ['stdrules', 'id']
    """
    raw = _classes()[name].model_json_schema(by_alias=True)
    definitions = raw.pop("$defs", {})
    switched = name in _SWITCHED
    # The outermost object of a file is no value inside a norm, so it takes no switch.
    top = _object(raw, switched=False)
    found: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"{name}.schema.json",
        "title": _TITLES[name],
        **top,
    }
    if definitions:
        found["$defs"] = {
            key: _object(value, switched) for key, value in sorted(definitions.items())
        }
        if switched:
            found["$defs"]["Switch"] = SWITCH
    return found


def schema_text(name: str) -> str:
    """Return the schema of one file as it is published: JSON, two blanks of indent."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def _classes() -> dict[str, type[Model]]:
    union: Any = Annotated[Union[tuple(NORM_KINDS.values())], Field(discriminator="kind")]  # noqa: UP007
    norms = create_model(
        "NormsFile",
        __base__=Model,
        norms=(Items[union], doc("规范", "the norms")),
    )
    return {
        "ruleset": RulesetHeader,
        "vocabulary": VocabularyFile,
        "shared_vocabulary": SharedVocabulary,
        "norms": norms,
        "scorecard": ScorecardFile,
        "clauses": Ledger,
        "cases": CasesFile,
        "profile": Profile,
    }


def _object(node: dict[str, Any], switched: bool) -> dict[str, Any]:
    """Adapt the schema of one class: keys that may be null, synonyms, switches, loose scalars."""
    made: dict[str, Any] = _loosen(node)
    made.pop("description", None)  # the docstring of a class speaks to developers
    made.pop("title", None)
    properties = made.get("properties")
    if properties is None:
        return made
    required = made.get("required", [])
    said = properties.pop("said", None)
    if said is not None:
        _add_synonyms(made, properties, required)
    for key, value in properties.items():
        if switched and key not in _PLAIN_KEYS:
            value = _with_switch(value)
        needed = key in required or key == "fact"
        properties[key] = value if needed else _or_null(value)
    return made


def _add_synonyms(made: dict[str, Any], properties: dict[str, Any], required: list[str]) -> None:
    for word in FACT_WORDS[1:]:
        properties[word] = dict(properties["fact"])
    required.remove("fact")
    if not required:
        made.pop("required", None)
    made["oneOf"] = [{"required": [word]} for word in FACT_WORDS]


def _with_switch(value: dict[str, Any]) -> dict[str, Any]:
    """Allow a value to depend on a reading or to be a parameter."""
    text = value.get("description")
    plain = {k: v for k, v in value.items() if k not in ("description", "default")}
    items = plain.get("items")
    if isinstance(items, dict) and plain.get("type") == "array":
        plain["items"] = {"anyOf": [items, {"$ref": "#/$defs/Switch"}]}
    made: dict[str, Any] = {"anyOf": [plain, {"$ref": "#/$defs/Switch"}]}
    if text:
        made["description"] = text
    if "default" in value:
        made["default"] = value["default"]
    return made


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    options = value.get("anyOf")
    if options is not None:
        if {"type": "null"} not in options:
            value = {**value, "anyOf": [*options, {"type": "null"}]}
        return value
    outer = {k: v for k, v in value.items() if k in ("description", "default")}
    inner = {k: v for k, v in value.items() if k not in outer}
    return {"anyOf": [inner, {"type": "null"}], **outer}


def _loosen(node: Any) -> Any:
    """Let scalars stand both as an editor types them and as the text that the reader sees."""
    if isinstance(node, list):
        return [_loosen(item) for item in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {
        key: {name: _loosen(sub) for name, sub in value.items()}
        if key in ("properties", "patternProperties", "$defs")
        else value
        if key in ("default", "required", "enum", "const")
        else _loosen(value)
        for key, value in node.items()
        if key not in ("title", "discriminator")
    }
    if "oneOf" in made and "discriminator" not in node:
        made["anyOf"] = made.pop("oneOf")  # the reader looks at keys first; shapes may overlap
    kind = made.get("type")
    if kind == "boolean":
        made.pop("type")
        made["enum"] = [True, False, "true", "false"]
    elif kind == "integer":
        made["type"] = ["integer", "string"]
        made["pattern"] = "^[0-9]+$"
    elif kind == "number":
        made["type"] = ["number", "string"]
    elif kind == "string" and "const" in made and made["const"].isdigit():
        made = {**made, "enum": [made["const"], int(made["const"])]}
        del made["const"], made["type"]
    elif kind == "string" and not {"const", "enum", "format"} & made.keys():
        made["type"] = _ANY_SCALAR
    if "propertyNames" in made:  # names of keys are text for every editor
        made["propertyNames"] = {**made["propertyNames"], "type": "string"}
    return made


SWITCH = {
    "description": ("取决于解读或参数的值 | a value that depends on a reading, or is a parameter"),
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "reading": {"type": "string", "description": "解读名 | the name of the reading"},
                "when": {
                    "type": "object",
                    "minProperties": 2,
                    "description": "每一取值对应的值 | the value under each alternative",
                },
            },
            "required": ["reading", "when"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "parameter": {"type": "string", "description": "参数名 | the name of the parameter"}
            },
            "required": ["parameter"],
            "additionalProperties": False,
        },
    ],
}
