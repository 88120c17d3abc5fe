"""The parser's place among the tokens, and the errors it can report there."""

from __future__ import annotations

from stdrules.base.diagnostics import Diagnostic
from stdrules.feel.errors import FeelError, Source
from stdrules.feel.lexer import Token, tokenise

__all__ = ["MAX_DEPTH", "Cursor"]

MAX_DEPTH = 32


class Cursor:
    """Tokens with a position, for one pass from left to right."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = tokenise(source)
        self.at = 0
        self.level = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def sees(self, value: str, ahead: int = 0) -> bool:
        """Tell whether the coming token is this operator or keyword."""
        token = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
        return token.value == value and token.kind in ("op", "name")

    def take(self, value: str) -> bool:
        if self.sees(value):
            self.at += 1
            return True
        return False

    def need(self, value: str) -> None:
        if not self.take(value):
            raise self.unexpected(f" `{value}`", f"`{value}`")

    def unexpected(self, wanted_zh: str, wanted: str) -> FeelError:
        token = self.token
        found = self.source.text[token.start : token.end]
        return self.fail(self.source.syntax(token.start, token.end, found, wanted_zh, wanted))

    def fail(self, diagnostic: Diagnostic) -> FeelError:
        return FeelError("expression cannot be read", (diagnostic,))

    @property
    def last_end(self) -> int:
        return self.tokens[self.at - 1].end

    def too_deep(self, start: int, end: int) -> Diagnostic:
        return self.source.limit(
            start, end, f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep"
        )

    def unsupported(self, zh: str, en: str) -> FeelError:
        token = self.token
        return self.fail(self.source.report("E215", token.start, token.end, zh, en))
