"""Reactions: what a session finds is handed to follow-up rules of the library durable_rules.

The session is the judge; durable_rules only runs what users want done about its findings.
"""

from stdrules.react.events import event_of_change, event_of_score
from stdrules.react.reactions import ReactionError, Reactions, Tools, touching

__all__ = ["ReactionError", "Reactions", "Tools", "event_of_change", "event_of_score", "touching"]
