"""The eight kinds of norm, one module each, and their union by ``kind``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stdrules.model.norms.base import NormBase
from stdrules.model.norms.content import ContentNorm
from stdrules.model.norms.count import Count
from stdrules.model.norms.deadline import Deadline
from stdrules.model.norms.maintenance import Maintenance
from stdrules.model.norms.order import Order
from stdrules.model.norms.process import Process
from stdrules.model.norms.prohibition import Prohibition
from stdrules.model.norms.recurrence import Recurrence

NORM_KINDS: dict[str, type[NormBase]] = {
    "deadline": Deadline,
    "recurrence": Recurrence,
    "count": Count,
    "prohibition": Prohibition,
    "maintenance": Maintenance,
    "content": ContentNorm,
    "order": Order,
    "process": Process,
}
Norm = Annotated[
    Deadline | Recurrence | Count | Prohibition | Maintenance | ContentNorm | Order | Process,
    Field(discriminator="kind"),
]

__all__ = [
    "NORM_KINDS",
    "ContentNorm",
    "Count",
    "Deadline",
    "Maintenance",
    "Norm",
    "NormBase",
    "Order",
    "Process",
    "Prohibition",
    "Recurrence",
]
