"""Scorecards in OpenFisca: a variable an indicator, all applications at once.

Norms over logs of events are left out: a variable has one value a person and period, and neither
lists of acts per person nor a varying number of instances are among what it knows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from workloads.applicants import (
    CLOSED,
    DAY,
    FAIL,
    OFFSET_DAYS,
    OPENED,
    PASS,
    SECOND,
    UNDETERMINED,
    Applicants,
    Card,
    since_of,
)

PERIOD = "2022"


def inputs(data: Applicants) -> dict[str, Any]:
    """Return an array a variable, from the facts; whole numbers have 32 bits."""
    card, size = data.card, data.size
    found: dict[str, Any] = {}
    grade, points = (np.full((card.size, size), -1, np.int32) for _ in range(2))
    graded = data.grade_state == 0
    grade[data.rating_row[graded], data.rating_case[graded]] = data.grade[graded]
    points[data.rating_row, data.rating_case] = data.points
    sound = np.zeros((card.size, len(card.kinds), size), np.bool_)
    good = data.stamped
    sound[data.piece_row[good], data.piece_kind[good], data.piece_case[good]] = True
    for row in range(card.size):
        if card.graded[row]:
            found[f"grade_{row}"] = grade[row]
        else:
            found[f"points_{row}"] = points[row]
        for kind in card.needs[row] or [0]:
            found[f"sound_{row}_{kind}"] = sound[row, kind]
    found["elderly"], found["batch"] = data.elderly, data.batch
    found["submitted"] = ((data.submitted - OPENED) // SECOND).astype(np.int32)
    for no, ticks in enumerate(data.ticked.reshape(-1, 3).T):
        found[f"ticked_{no}"] = ticks
    latest = np.full(size, -10_000, np.int32)
    day = ((data.violated + OFFSET_DAYS) // DAY).astype(np.int32)
    np.maximum.at(latest, data.violator, day)
    found["latest_violation"] = latest
    found["since"] = since_of(data.submitted, np.arange(size)).astype(np.int32)
    return found


def system(card: Card, names: dict[str, Any]) -> Any:
    """Return the system of variables and formulas."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity(key="applicant", plural="applicants", label="", is_person=True)
    whole = TaxBenefitSystem([person])

    def add(name: str, kind: type, formula: Any = None) -> None:
        own: dict[str, Any] = {"value_type": kind, "entity": person, "label": name,
                               "definition_period": DateUnit.YEAR}  # fmt: skip
        if formula is not None:
            own["formula"] = formula
        whole.add_variable(type(name, (Variable,), own))

    def indicator(row: int) -> Any:
        kinds = [f"sound_{row}_{kind}" for kind in card.needs[row] or [0]]
        half = np.append(card.half[row], -1).astype(np.int32)

        def formula(applicant: Any, period: Any) -> Any:
            if card.graded[row]:
                points = half[applicant(f"grade_{row}", period)]
            else:
                points = applicant(f"points_{row}", period)
            for kind in kinds:
                points = points * applicant(kind, period)
            if card.ids[row] == "28":
                return np.where(applicant("elderly", period), points, card.full[row])
            return points

        return formula

    for name, values in names.items():
        add(name, bool if values.dtype == np.bool_ else int)
    for row in range(card.size):
        add(f"indicator_{row}", int, indicator(row))

    def lowest(applicant: Any, period: Any) -> Any:
        return sum(np.maximum(applicant(f"indicator_{row}", period), 0)
                   for row in range(card.size))  # fmt: skip

    def highest(applicant: Any, period: Any) -> Any:
        found = 0
        for row in range(card.size):
            points = applicant(f"indicator_{row}", period)
            found = found + np.where(points < 0, card.full[row], points)
        return found

    def outcome(applicant: Any, period: Any) -> Any:
        broken = (applicant("batch", period) > 1) | (
            applicant("submitted", period) >= (CLOSED - OPENED) // SECOND)  # fmt: skip
        for no in range(3):
            broken = broken | ~applicant(f"ticked_{no}", period)
        broken = broken | (applicant("latest_violation", period) >= applicant("since", period))
        broken = broken | (applicant("highest", period) < 170)
        passed = np.where(applicant("lowest", period) >= 170, PASS, UNDETERMINED)
        return np.where(broken, FAIL, passed)

    for name, formula in (("lowest", lowest), ("highest", highest), ("outcome", outcome)):
        add(name, int, formula)
    return whole


def w1(data: Applicants) -> Any:
    """Return what scores applications: lowest and highest half points, and outcomes."""
    from openfisca_core.simulations import SimulationBuilder

    whole = system(data.card, inputs(data))
    ids = np.arange(data.size)

    def run() -> tuple[Any, Any, Any]:
        builder = SimulationBuilder()
        builder.create_entities(whole)
        builder.declare_person_entity("applicant", ids)
        simulation = builder.build(whole)
        # Facts become one value a person here, which is part of judging them.
        for name, values in inputs(data).items():
            simulation.set_input(name, PERIOD, values)
        lo, hi, outcome = (
            simulation.calculate(name, PERIOD) for name in ("lowest", "highest", "outcome"))
        return lo, hi, outcome

    return run
