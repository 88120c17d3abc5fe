"""Databases as users name them: ``URL#table``; opened by SQLAlchemy, told without passwords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: All up to the last @ of what is before a path or a query may be a password.
_SECRET: Final = re.compile(r"(?<=://)([^:/?#]*):.*@", re.DOTALL)
_NAMED: Final = re.compile(r"([?&](?:password|passwd|pwd|sslpassword)=)[^&#]*", re.IGNORECASE)
_HINT: Final = Text(
    "口令中的 @ : / # % 等字符写成 %40 %3A %2F %23 %25",
    "in a password write the signs @ : / # % as %40 %3A %2F %23 %25",
)
_LONG: Final = 200
_KNOWN: Final = Text(
    "例如 sqlite:///a.db、postgresql://用户@主机/库",
    "for example sqlite:///a.db, postgresql://user@host/name",
)


def shown_url(url: str) -> str:
    """Return a URL as it may be told: without its password.

    Example:
        >>> shown_url("postgresql://me:s3/cr@et@host/db?sslpassword=x#visits")
        'postgresql://me:***@host/db?sslpassword=***#visits'
        >>> shown_url("sqlite:///a.db")
        'sqlite:///a.db'
    """
    return _NAMED.sub(r"\1***", _SECRET.sub(r"\1:***@", url))


def split_url(text: str) -> tuple[str, str]:
    """Return the URL, and what follows its last ``#``: a table, or nothing.

    Example:
        >>> split_url("sqlite:///a.db#visits"), split_url("sqlite:///a.db")
        (('sqlite:///a.db', 'visits'), ('sqlite:///a.db', ''))
    """
    url, mark, rest = text.rpartition("#")
    # A sign of a password that should have been written %23 begins no table.
    if not mark or ("@" in rest and "@" not in url):
        return text, ""
    return url, rest.strip()


def open_database(url: str, purpose: Text) -> Engine:
    """Return a database; it is not reached yet.

    ``postgresql://`` means the driver psycopg.

    Args:
        url: As SQLAlchemy reads it.
        purpose: What it is wanted for, as a noun.

    Raises:
        MissingExtraError: SQLAlchemy or the driver is not installed.
        UsageError: It is no URL, or of a kind of database that is not known.
    """
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise MissingExtraError.of("session", purpose) from error
    try:
        parsed = sa.make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed)
    except ImportError as error:
        if "postgres" in url.partition(":")[0]:
            raise MissingExtraError.of("postgres", purpose) from error
        raise UsageError(
            Text(f"`{shown_url(url)}` 的驱动程序没有安装",
                 f"the driver for `{shown_url(url)}` is not installed")
        ) from None  # fmt: skip
    except sa.exc.NoSuchModuleError:
        kind = url.partition(":")[0]
        raise UsageError(
            Text(f"未知的数据库 `{kind}`", f"unknown kind of database `{kind}`"), hint=_KNOWN
        ) from None
    except (sa.exc.SQLAlchemyError, ValueError, TypeError):
        # Their words quote parts of the URL, of the password too.
        raise UsageError(
            Text(f"`{shown_url(url)}` 不是数据库的 URL",
                 f"`{shown_url(url)}` is no URL of a database"),
            hint=_HINT if "@" in url else _KNOWN,
        ) from None  # fmt: skip


def said_by(error: Exception, url: str) -> str:
    """Return in one line what a database or its driver says of an error, without the password."""
    lines = [line.strip() for line in str(getattr(error, "orig", None) or error).splitlines()]
    said = next((line for line in lines if line), type(error).__name__)
    match = re.search(r"://[^:/?#]*:(.+)@", url, re.DOTALL)
    if match is not None and match[1] in said:
        said = said.replace(match[1], "***")
    said = said[0].lower() + said[1:]
    return (said if len(said) <= _LONG else said[: _LONG - 1] + "…").rstrip(".")
