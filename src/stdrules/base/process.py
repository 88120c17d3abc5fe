"""What a process that is ours alone may set for itself; a library must not do it to its host."""

from __future__ import annotations

import gc

#: Objects made before the youngest are looked at, and how often the older ones are.
_YOUNGEST, _MIDDLE, _OLDEST = 50_000, 20, 20


def collect_rarely() -> None:
    """Let the collector of cycles run less often.

    Plans, facts and closures stay until the end, so with the settings of Python up to half of a
    run goes into looking through them again.

    Example:
        >>> before = gc.get_threshold()
        >>> collect_rarely()
        >>> gc.get_threshold()
        (50000, 20, 20)
        >>> gc.set_threshold(*before)
    """
    gc.set_threshold(_YOUNGEST, _MIDDLE, _OLDEST)
