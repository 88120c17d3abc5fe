"""Many cases at once: the steps of a plan over columns sorted by case.

Needs NumPy; import it only when it is used. What it asks of a reader of bulk data is in
docs/columns.md.
"""

from stdrules.engine.columns.chunks import Audit, audit, facts_for, split
from stdrules.engine.columns.evaluate import ColumnFindings, evaluate, evaluate_chunk
from stdrules.engine.columns.gather import from_log

__all__ = [
    "Audit", "ColumnFindings", "audit", "evaluate", "evaluate_chunk", "facts_for", "from_log",
    "split",
]  # fmt: skip
