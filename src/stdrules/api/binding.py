"""The reader's own copy of a document: bound to a ruleset, kept outside of the project.

What is bound is kept in the folder of ``STDRULES_BINDINGS``, else ``stdrules/bindings`` in the
user's folder for data; the value ``off`` keeps nothing. Evaluation never reads it: a copy adds
sentences to what is shown, and changes no verdict and no digest.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Final

from stdrules.author.binding import Binding, BoundClause, bind
from stdrules.author.source import read_source
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text, sha12
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.report.quotes import Quote

VARIABLE: Final = "STDRULES_BINDINGS"
MAX_RECORD: Final = 64 << 20
_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def bindings_folder() -> Path | None:
    """Return the folder where bindings are kept, or None if none are."""
    named = os.environ.get(VARIABLE, "")
    if named.lower() == "off":
        return None
    return Path(named) if named else _user_folder()


def read_binding(ruleset: LoadedRuleset) -> Binding | None:
    """Return what is bound to a ruleset, as far as it holds for its version, or None.

    Raises:
        UsageError: What is kept cannot be read.
    """
    kept = _kept(ruleset.header.id)
    if kept is None:
        return None
    return kept.for_version(ruleset.header.version, ruleset.ledger.clauses)


def bind_copy(
    ruleset: LoadedRuleset,
    path: str | os.PathLike[str] | None,
    accept: Collection[str] = (),
    by: str = "",
    note: str = "",
    on: str | date = "",
) -> Binding:
    """Bind a copy of the document, or accept what an earlier one changed.

    Args:
        ruleset: The ruleset.
        path: The copy; None means the one that is bound.
        accept: Statements or locators that were read again, or ``all``.
        by: Who read them.
        note: What was found.
        on: The day.

    Raises:
        RulesetError: The copy cannot be used.
        UsageError: Nothing is bound yet, a name is not there, or it cannot be kept.
        MissingExtraError: It is a Word document and the extra `author` is not installed.
    """
    header, entries = ruleset.header, ruleset.ledger.clauses
    earlier = _kept(header.id)
    if path is not None:
        found = bind(header.id, header.version, entries, read_source(path), earlier)
    elif earlier is None:
        raise UsageError(
            Text(f"规则集 `{header.id}` 没有绑定原文", f"no document is bound to `{header.id}`"),
            hint=Text("请给出原文文件", "give the file of the document"),
        )
    else:
        found = earlier.for_version(header.version, entries)
    if accept:
        day = _day(on)
        if not by.strip():
            raise UsageError(
                Text("请说明由谁复核", "it is not said who read it again"),
                hint=Text("加 --by 姓名", "add --by NAME"),
            )
        if found.current:
            raise UsageError(
                Text(f"绑定时的版本是 {found.version}，现在是 {found.current}",
                     f"it was bound to version {found.version}, this is {found.current}"),
                hint=Text("请重新绑定原文", "bind the document again"),
            )  # fmt: skip
        found = found.accept(_chosen(found, accept), by.strip(), note.strip(), day)
    if path is not None or accept:
        _keep(found, must=bool(accept))
    return found


def remove_binding(name: str) -> bool:
    """Forget what is bound to a ruleset.

    Args:
        name: The id of the ruleset.

    Returns:
        Whether anything was bound.

    Raises:
        UsageError: It cannot be removed.
    """
    path = _path(name)
    if path is None:
        return False
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _failed(path, error) from None
    return True


def quotes_in(binding: Binding | None) -> dict[str, Quote]:
    """Return the sentences of a binding by their statements."""
    if binding is None:
        return {}
    return {
        one.id: Quote(
            one.sentence, one.status in ("exact", "moved") or binding.review(one) is not None
        )
        for one in binding.clauses
        if one.sentence
    }


def _chosen(binding: Binding, names: Collection[str]) -> list[BoundClause]:
    """Return the clauses to accept: those of the names that are not exact."""
    if set(names) == {"all"}:
        return list(binding.open)
    known = {name for one in binding.clauses for name in (one.id, one.locator)}
    chosen: list[BoundClause] = []
    for name in names:
        rows = [one for one in binding.clauses if name in (one.id, one.locator)]
        if not rows:
            near = did_you_mean(name, known)
            raise UsageError(
                Text(f"没有条款 `{name}`", f"there is no clause `{name}`"),
                hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
            )
        wrong = [one for one in rows if one.status != "exact"]
        if not wrong:
            raise UsageError(
                Text(f"条款 `{name}` 与原文一致，无须复核",
                     f"the clause `{name}` is exact, there is nothing to accept")
            )  # fmt: skip
        chosen += [one for one in wrong if one not in chosen]
    return chosen


def _day(on: str | date) -> str:
    if isinstance(on, date):
        return on.isoformat()[:10]
    try:
        return date.fromisoformat(on).isoformat() if on else ""
    except ValueError:
        raise UsageError(
            Text(f"`{on}` 不是日期", f"`{on}` is no date"),
            hint=Text("写作 2024-03-01", "write it as 2024-03-01"),
        ) from None


def _kept(name: str) -> Binding | None:
    path = _path(name)
    if path is None:
        return None
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_RECORD + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _failed(path, error) from None
    try:
        if len(data) > MAX_RECORD:
            raise ValueError("too large")
        found = Binding.from_record(json.loads(data))
    except (ValueError, RecursionError):
        raise UsageError(
            Text(f"绑定记录 `{path}` 已损坏", f"the kept binding `{path}` is damaged"),
            hint=Text(f"用 `stdrules bind {name} --remove` 删去后重新绑定",
                      f"drop it with `stdrules bind {name} --remove`, then bind again"),
        ) from None  # fmt: skip
    return found if found.ruleset == name else None


def _keep(binding: Binding, must: bool) -> None:
    """Write a binding in one step: another process sees the old one or the new one."""
    path = _path(binding.ruleset)
    if path is None:
        if must:
            raise UsageError(
                Text("绑定已关闭，复核无处保存", "bindings are off: a review cannot be kept"),
                hint=Text(f"取消环境变量 {VARIABLE}=off", f"unset {VARIABLE}=off"),
            )
        return
    text = json.dumps(binding.to_record(), ensure_ascii=False, sort_keys=True, indent=1)
    temporary: str | None = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "backslashreplace") + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise _failed(path, error) from None


def _path(name: str) -> Path | None:
    folder = bindings_folder()
    stem = name if _SAFE.fullmatch(name) else f"ruleset-{sha12(name)}"
    return None if folder is None else folder / f"{stem}.json"


def _failed(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(
        Text(f"无法使用 `{path}`：{reason}", f"cannot use `{path}`: {reason.lower()}"),
        hint=Text(f"用环境变量 {VARIABLE} 指定另一文件夹", f"name another folder in {VARIABLE}"),
    )


def _user_folder() -> Path | None:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return Path(base) / "stdrules" / "bindings" if base else None
    if base := os.environ.get("XDG_DATA_HOME", ""):
        return Path(base) / "stdrules" / "bindings"
    home = os.path.expanduser("~")
    if home in ("~", "/"):  # a service without a home
        return None
    middle = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
    return Path(home) / middle / "stdrules" / "bindings"
