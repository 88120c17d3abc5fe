"""The ground layer: text, diagnostics, errors, truth, numbers and time.

Nothing here knows a word of the domain (no norms, no cases, no scores), and nothing here imports
from another layer. Import from the modules themselves; this package re-exports nothing, so that
``import stdrules.base`` stays cheap.
"""
