"""The reference evaluator: the meaning of a plan, written for reading, not for speed.

A transcription of docs/semantics.md. Every other evaluator must give the same results.
"""

from stdrules.engine.reference.evaluate import evaluate

__all__ = ["evaluate"]
