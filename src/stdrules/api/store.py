"""Where compiled rulesets are kept between processes.

The folder is that of ``STDRULES_CACHE``, else ``stdrules`` in the user's cache folder; the value
``off`` keeps nothing. What is kept saves time and never changes a result.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import sys
from pathlib import Path
from typing import TypeVar

from stdrules.load.cache import Cache

VARIABLE = "STDRULES_CACHE"
MAX_ENTRIES = 200
T = TypeVar("T")


def default_cache() -> Cache | None:
    """Return the cache that the environment names, or None if it is switched off."""
    named = os.environ.get(VARIABLE, "")
    if named.lower() == "off":
        return None
    folder = Path(named) if named else _user_folder()
    return None if folder is None else Cache(folder)


def fetch(cache: Cache | None, key: str, kind: type[T]) -> T | None:
    """Return the object kept under a key, or None. Nothing that fails here is an error."""
    body = None if cache is None else cache.get(key)
    if body is None:
        return None
    # Tens of thousands of new objects set off collections that find nothing: most of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        found = pickle.loads(body)
    except Exception:  # an entry that cannot be read counts as not there
        return None
    finally:
        if collecting:
            gc.enable()
    return found if isinstance(found, kind) else None


def keep(cache: Cache | None, key: str, thing: object) -> None:
    """Keep an object under a key, if it can be kept; of too many entries the oldest go."""
    if cache is not None and cache.put(key, pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)):
        _prune(cache.folder)


def _prune(folder: Path) -> None:
    """Remove the older half of the entries once there are more than `MAX_ENTRIES`."""
    with contextlib.suppress(OSError):  # another process may be doing the same
        entries = list(folder.glob("*.bin"))
        if len(entries) > MAX_ENTRIES:
            entries.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
            for path in entries[: len(entries) // 2]:
                path.unlink(missing_ok=True)


def _user_folder() -> Path | None:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return Path(base) / "stdrules" / "cache" if base else None
    if base := os.environ.get("XDG_CACHE_HOME", ""):
        return Path(base) / "stdrules"
    home = os.path.expanduser("~")
    if home in ("~", "/"):  # a service without a home
        return None
    middle = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path(home) / middle / "stdrules"
