"""The exceptions of stdrules. Nothing else escapes from the library.

A ruleset or data file that is wrong gives diagnostics; they travel inside an exception only when
there is nothing else to return.
"""

from __future__ import annotations

from collections.abc import Iterable

from stdrules.base.diagnostics import Diagnostic, printable, render_all, sorted_diagnostics
from stdrules.base.text import Text


class StdrulesError(Exception):
    """Base of every exception of the library.

    Args:
        message: What is wrong, lower case and without a full stop. Text gives both languages.
        diagnostics: The findings behind it, if any.
        hint: What to do, if there is something.

    Attributes:
        message: The message in both languages.
        hint: The hint in both languages, or None.
        diagnostics: The findings, sorted.
    """

    def __init__(
        self,
        message: Text | str = "",
        diagnostics: Iterable[Diagnostic] = (),
        hint: Text | str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message if isinstance(message, Text) else Text(message, message)
        self.hint = Text(hint, hint) if isinstance(hint, str) else hint
        self.diagnostics: tuple[Diagnostic, ...] = sorted_diagnostics(diagnostics)

    def render(self, lang: str = "en", color: bool = False) -> str:
        """Return the message, the hint and the rendered diagnostics in one language.

        Control characters in the message are replaced: it may quote untrusted input.
        """
        parts = [printable(line) for line in self.message.get(lang).splitlines()]
        if self.hint is not None:
            word = "提示" if lang[:2].lower() == "zh" else "hint"
            parts.append(f"  = {word}: {printable(self.hint.get(lang))}")
        parts.append(render_all(self.diagnostics, lang, color))
        return "\n".join(part for part in parts if part)

    def __str__(self) -> str:
        """Return the English rendering."""
        return self.render("en")


class RulesetError(StdrulesError):
    """A ruleset or another file of rules cannot be used."""


class FactsError(StdrulesError):
    """Facts cannot be used."""


class UsageError(StdrulesError):
    """The library was called wrongly: a naive datetime, a name that does not exist."""


class UnfinishedError(StdrulesError):
    """An analysis could not be finished: no room on the disk, a process that was lost."""


class MissingExtraError(StdrulesError):
    """An optional part of the library is not installed."""

    @classmethod
    def of(cls, extra: str, purpose: Text) -> MissingExtraError:
        """Build the error for an extra, for example ``audit``.

        Args:
            extra: The name of the extra.
            purpose: What needs it, as a noun: ``Text("读取表格", "reading sheets")``.
        """
        install = f"pip install 'stdrules[{extra}]'"
        return cls(
            Text(f"{purpose.zh}需要可选组件 `{extra}`", f"{purpose.en} needs the extra `{extra}`"),
            hint=Text(f"请运行 {install}", f"run {install}"),
        )


class BadValue(StdrulesError, ValueError):
    """A text or number that cannot be read as the value that it should be.

    It is a ``ValueError`` too. It knows no place: a caller that does turns it into a diagnostic
    with its `message` and `hint`.
    """
