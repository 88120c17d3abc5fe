"""A delta as plain data, for JSON.

Keys
    at, cause, next, behind; opened, changed and closed obligations, each with ruleset, case_type,
    case, norm, key, from, to, and (unless closed) all that a report tells of it; scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stdrules.base.time.zones import Zone
from stdrules.engine.session.delta import Change, Delta, ScoreChange
from stdrules.report.contract import obligation_dict, score_dict
from stdrules.report.setting import Setting


def delta_dict(delta: Delta, settings: Mapping[str, Setting], zone: Zone) -> dict[str, Any]:
    """Return a delta as plain data: instants with their offset.

    Args:
        delta: The delta.
        settings: What sentences need, by ruleset.
        zone: In which the clock is told.
    """

    def change(one: Change) -> dict[str, Any]:
        setting = replace(settings[one.ruleset], as_of=delta.at)
        told = {} if one.finding is None else obligation_dict(one.finding, setting)
        return {
            **told, "ruleset": one.ruleset, "case_type": one.case_type, "case": one.case,
            "norm": one.norm.id, "key": one.key, "from": one.before, "to": one.after,
        }  # fmt: skip

    def score(one: ScoreChange) -> dict[str, Any]:
        setting = settings[one.ruleset]
        told = {} if one.result is None else score_dict(one.result, setting)
        return {
            **told, "ruleset": one.ruleset, "case_type": one.case_type, "case": one.case,
            "scorecard": one.scorecard, "from": one.before, "to": one.after,
        }  # fmt: skip

    return {
        "at": zone.isoformat(delta.at),
        "cause": delta.cause or None,
        "opened": [change(one) for one in delta.opened],
        "changed": [change(one) for one in delta.changed],
        "closed": [change(one) for one in delta.closed],
        "scores": [score(one) for one in delta.scores],
        "next": None if delta.next is None else zone.isoformat(delta.next),
        "behind": delta.behind,
    }
