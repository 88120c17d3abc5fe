"""JSON Schema (2020-12) of what programs read: the report, the diff of two, the history.

The contract is in words in ``stdrules.report.contract``; a report has further keys in later
versions of one number before the point, so readers should accept keys that they do not know.
"""

from __future__ import annotations

import json
from typing import Any, Final

from stdrules.plan.results import STATES
from stdrules.report.changes import KINDS
from stdrules.report.changes import SCHEMA_VERSION as DIFF_VERSION
from stdrules.report.contract import SCHEMA_VERSION as REPORT_VERSION
from stdrules.report.history import ALONG
from stdrules.report.history import SCHEMA_VERSION as HISTORY_VERSION

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NAMES: Final = ("report", "diff_runs", "history")
Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_DECIMAL: Final[Schema] = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_MOMENT: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}
_ANY: Final[Schema] = {}


def schema(name: str) -> Schema:
    """Return the schema of one kind of output.

    Args:
        name: One of `NAMES`.

    Raises:
        KeyError: There is no such output.

    Example:
        >>> schema("history")["properties"]["schema_version"]
        {'const': '1.0'}
    """
    title, made, parts = _MADE[name]
    found = {"$schema": DIALECT, "$id": f"{name}.schema.json", "title": title, **made}
    return {**found, "$defs": {part: _PARTS[part] for part in parts}}


def schema_text(name: str) -> str:
    """Return the schema of one kind of output as it is published: JSON, two blanks of indent."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def _object(keys: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object that has all the keys; optional ones may be absent."""
    return {
        "type": "object",
        "required": sorted(keys),
        "properties": {**keys, **(optional or {})},
    }


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _map(of: Schema) -> Schema:
    return {"type": "object", "additionalProperties": of}


def _or_null(of: Schema) -> Schema:
    return {"anyOf": [of, {"type": "null"}]}


def _one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


_TEXTS: Final = _list(_TEXT)
_PAIR: Final = _object({"zh": _TEXT, "en": _TEXT})
_TRUTH: Final = _one_of("true", "false", "unknown", "open")
_MODALITIES: Final = (
    "obligation", "prohibition", "recommendation", "permission", "statement",
)  # fmt: skip
_RULESET: Final = {"id": _TEXT, "version": _TEXT, "digest": _TEXT}
_OBLIGATION: Final = _object(
    {
        "norm": _TEXT, "part": _or_null(_TEXT), "kind": _TEXT, "case": _TEXT, "key": _TEXT,
        "modality": _one_of(*_MODALITIES), "state": _one_of(*STATES), "violation": _FLAG,
        "advice": _FLAG, "open": _FLAG, "assisted": _FLAG, "due": _or_null(_MOMENT),
        "due_earliest": _or_null(_MOMENT), "met_at": _or_null(_TEXT), "late_by": _or_null(_TEXT),
        "breached_at": _or_null(_MOMENT), "anchor": _or_null(_TEXT), "clause": _TEXT,
        "clauses": _TEXTS, "bearer": _or_null(_TEXT), "counterparty": _or_null(_TEXT),
        "trigger": _or_null(_TEXT), "facts": _TEXTS, "readings": _TEXTS, "parameters": _TEXTS,
        "missing": _TEXTS, "possible": _list(_one_of(*STATES)),
        "progress": _or_null(
            _object({"lo": _DECIMAL, "hi": _or_null(_DECIMAL), "needed": _DECIMAL})
        ),
        "period": _or_null(_TEXT),
        "elements": _list(
            _object({"id": _TEXT, "state": _TRUTH, "title": _or_null(_ref("text"))})
        ),
        "control": _or_null(_TEXT), "title": _ref("text"), "why": _ref("text"),
    },
    {"quote": _TEXT, "quote_reviewed": _FLAG},
)  # fmt: skip
_CONDITION: Final = _object({
    "id": _TEXT, "state": _TRUTH, "clause": _or_null(_TEXT), "facts": _TEXTS, "missing": _TEXTS,
    "why": _ref("text"),
})  # fmt: skip
_SPAN: Final = {"lo": _DECIMAL, "hi": _DECIMAL, "max": _DECIMAL}
_SCORE: Final = _object({
    "scorecard": _TEXT, "case": _TEXT, "title": _ref("text"), "clause": _TEXT,
    "applicable": _TRUTH, **_SPAN, "threshold": _or_null(_DECIMAL),
    "outcome": _one_of("pass", "fail", "undetermined"), "leads_to": _TEXT,
    "vetoes": _list(_ref("condition")), "conditions": _list(_ref("condition")),
    "groups": _list(_object({"id": _TEXT, **_SPAN, "label": _or_null(_ref("text"))})),
    "indicators": _list(_object({
        "id": _TEXT, **_SPAN, "grade": _or_null(_TEXT), "lost": _DECIMAL, "reason": _TEXT,
        "facts": _TEXTS, "missing": _TEXTS, "title": _or_null(_ref("text")), "why": _ref("text"),
    })),
    "at_stake": _list(_object({"item": _TEXT, "points": _DECIMAL, "decides_threshold": _FLAG})),
    "missing": _TEXTS, "readings": _TEXTS, "parameters": _TEXTS, "why": _ref("text"),
})  # fmt: skip
_REPORT: Final = _object(
    {
        "schema_version": {"const": REPORT_VERSION},
        "ruleset": _object({**_RULESET, "title": _ref("text"), "document": _TEXT}),
        "plan_digest": _TEXT, "facts_digest": _TEXT, "as_of": _MOMENT,
        "known_at": _or_null(_MOMENT), "timezone": _TEXT,
        "calendar": _object({"name": _TEXT, "edition": _TEXT, "digest": _TEXT}),
        "readings": _map(_TEXT), "parameters": _map(_or_null(_TEXT)),
        "obligations": _list(_ref("obligation")), "scores": _list(_ref("score")),
        "diagnostics": _list({"type": "object"}), "rejected_rows": _map(_COUNT),
        "summary": _object(dict.fromkeys((*STATES, "violations", "advice"), _COUNT)),
    },
    {"profile": {"type": "object"}},
)  # fmt: skip
_DIFFERENCE: Final = _object({"name": _TEXT, "a": _ANY, "b": _ANY})
_CHANGE: Final = _object(
    {
        "kind": _one_of(*KINDS), "case": _TEXT, "name": _TEXT, "key": _TEXT,
        "a": _or_null(_TEXT), "b": _or_null(_TEXT), "differences": _list(_ref("difference")),
        "gained": _TEXTS, "lost": _TEXTS,
    },
    {"parts": _list(_ref("change"))},
)  # fmt: skip
_DIFF: Final = _object({
    "schema_version": {"const": DIFF_VERSION}, "a": _TEXT, "b": _TEXT, "ruleset": _TEXT,
    "equal": _FLAG, "arguments": _list(_ref("difference")),
    "counts": _object(dict.fromkeys((*KINDS, "same", "scores"), _COUNT)),
    "totals": _list(_ref("difference")), "cases": _object({"only_a": _TEXTS, "only_b": _TEXTS}),
    "findings": _list(_ref("change")), "scores": _list(_ref("change")),
})  # fmt: skip
_CAUSES: Final = (
    "added", "corrected", "withdrawn", "waiver", "suspension", "complete", "happened",
)  # fmt: skip
_CAUSE: Final = _object({
    "kind": _one_of(*_CAUSES), "id": _TEXT, "type": _or_null(_TEXT), "before": _or_null(_TEXT),
    "known_at": _or_null(_MOMENT), "at": _or_null(_TEXT), "source": _or_null(_TEXT),
})  # fmt: skip
_HISTORY: Final = _object({
    "schema_version": {"const": HISTORY_VERSION}, "ruleset": _object(_RULESET),
    "plan_digest": _TEXT, "facts_digest": _TEXT, "along": _one_of(*ALONG), "as_of": _MOMENT,
    "known_at": _or_null(_MOMENT), "timezone": _TEXT,
    "timelines": _list(_object({
        "case": _TEXT, "norm": _TEXT, "key": _TEXT, "clause": _TEXT, "title": _ref("text"),
        "moments": _COUNT,
        "steps": _list(_object({
            "known_at": _or_null(_MOMENT), "as_of": _MOMENT,
            "finding": _or_null(_ref("obligation")), "causes": _list(_ref("cause")),
            "arrived": _COUNT, "by_time": _FLAG,
        })),
    })),
})  # fmt: skip
_PARTS: Final = {
    "text": _PAIR, "obligation": _OBLIGATION, "condition": _CONDITION, "score": _SCORE,
    "difference": _DIFFERENCE, "change": _CHANGE, "cause": _CAUSE,
}  # fmt: skip
_MADE: Final[dict[str, tuple[str, Schema, tuple[str, ...]]]] = {
    "report": (
        "报告 audit/eval --format json | a report, audit and eval --format json",
        _REPORT, ("text", "obligation", "condition", "score"),
    ),
    "diff_runs": (
        "两份报告的差别 diff-runs --format json | two reports compared, diff-runs --format json",
        _DIFF, ("difference", "change"),
    ),
    "history": (
        "结论的经过 history --format json | how findings changed, history --format json",
        _HISTORY, ("text", "obligation", "cause"),
    ),
}  # fmt: skip
