"""What the lowering of all norm kinds shares: the frame of a norm, and what it lowers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stdrules.base.text import Text
from stdrules.compile.draft import NO_NAMES, Draft
from stdrules.compile.scopes import Names
from stdrules.feel.compile import Expression
from stdrules.feel.types import NUMBER
from stdrules.plan.steps import Arise, Step


@dataclass(frozen=True, slots=True)
class Lowered:
    """One norm of the plan, without what every norm carries.

    Attributes:
        arise: When instances come into being.
        step: What is asked.
        names: What the guard may use besides the case.
        sub: Which part of the norm it is, or "".
        title: The title of the part; None: the norm's.
        assisted: Whether it needs judgements.
    """

    arise: Arise
    step: Step
    names: Names = NO_NAMES
    sub: str = ""
    title: Text | None = None
    assisted: bool = False


def bound(draft: Draft, norm: Any, key: str, names: Names) -> Expression | None:
    """Lower ``at_least`` or ``at_most``: a number, an expression, or a parameter.

    A parameter without a value becomes an expression that is unknown and names it.
    """
    value = getattr(norm, key)
    if value is not None:
        return draft.expression(str(value), names, (key,), NUMBER)
    if key not in norm.open_fields:
        return None
    parameters = draft.open_parameters("number")
    text = " + ".join(f"parameter.{name}" for name in parameters)
    return draft.expression(text or "null", names, (key,), NUMBER)
