"""A live session behind HTTP: facts come in, findings and deadlines go out, changes are streamed.

    pip install 'stdrules[session]' starlette uvicorn
    JOURNAL=cases.db RULESET=q_gxxz_029 uvicorn --app-dir examples web:app

One process: a journal has one writer. The clock of the session is moved here, by the application;
nothing below looks at a clock.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

import stdrules

TICK = 60.0  # seconds between two looks at the clock; deadlines are told that much late at most


def wall_clock() -> datetime:
    """Return the time of day, of the application and not of the rules."""
    return datetime.now(UTC)


async def keep_time(session: stdrules.Session, now: Callable[[], datetime], tick: float) -> None:
    """Move the clock of the session on, again and again."""
    while True:
        moment = now()
        try:
            if moment > session.clock:  # after a restart the kept clock may be ahead of a wrong one
                await asyncio.to_thread(session.advance(moment).finish)
        except stdrules.StdrulesError as error:  # the disk is full: posts are answered with 503
            logging.getLogger("web").error("the clock of the session stands: %s", error)
            return
        await asyncio.sleep(tick)


async def post_facts(request: Request) -> Response:
    """Take one record or a list of them; answer when they are on the disk."""
    session: stdrules.Session = request.app.state.session
    try:
        records = await request.json()
    except ValueError as error:
        return JSONResponse({"error": {"en": f"not JSON: {error}"}}, 400)
    post = session.post_many if isinstance(records, list) else session.post
    # A post waits for the disk: in a thread, so that other requests go on and share the commit.
    delta = await asyncio.to_thread(post, records)
    return JSONResponse(session.as_dict(delta))


async def get_case(request: Request) -> Response:
    """Return the report on one case as of the clock, in the format of ``--format json``."""
    report = await asyncio.to_thread(request.app.state.session.report, request.path_params["case"])
    return JSONResponse(report.to_dict())


async def get_due(request: Request) -> Response:
    """Return what falls due from now to ``?to=``."""
    session: stdrules.Session = request.app.state.session
    coming = session.due_between(session.clock, request.query_params.get("to", ""))
    return JSONResponse([
        {"at": one.at.isoformat(), "case": one.finding.case, "norm": one.finding.norm.id,
         "bearer": one.finding.norm.bearer, "title": one.finding.norm.title.en}
        for one in coming
    ])  # fmt: skip


async def get_changes(request: Request) -> Response:
    """Stream every delta from now on as server-sent events."""
    session: stdrules.Session = request.app.state.session
    stream = session.deltas()

    async def lines() -> AsyncIterator[str]:
        try:
            async for delta in stream:
                yield f"data: {json.dumps(session.as_dict(delta), ensure_ascii=False)}\n\n"
        finally:
            stream.close()  # the reader has gone; what is not fetched would wait in memory

    return StreamingResponse(lines(), media_type="text/event-stream")


async def refused(request: Request, error: Exception) -> Response:
    """Tell an error of the caller in both languages; a full disk is not one of theirs."""
    assert isinstance(error, stdrules.StdrulesError)
    told = {"zh": error.message.zh, "en": error.message.en}
    if error.hint is not None:
        told["hint"] = error.hint.en
    mine = isinstance(error, stdrules.FactsError | stdrules.UsageError)
    return JSONResponse({"error": told}, 422 if mine else 503)


def make_app(
    ruleset: str, journal: str, now: Callable[[], datetime] = wall_clock, tick: float = TICK
) -> Starlette:
    """Return the application; the session is opened when the server starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        session = await asyncio.to_thread(stdrules.open_session, ruleset, now(), journal)
        app.state.session = session
        clock = asyncio.create_task(keep_time(session, now, tick))
        try:
            yield
        finally:
            clock.cancel()
            await asyncio.to_thread(session.close)

    return Starlette(
        routes=[
            Route("/facts", post_facts, methods=["POST"]),
            Route("/cases/{case}", get_case),
            Route("/due", get_due),
            Route("/changes", get_changes),
        ],
        exception_handlers={stdrules.StdrulesError: refused},
        lifespan=lifespan,
    )


app = make_app(os.environ.get("RULESET", "q_gxxz_029"), os.environ.get("JOURNAL", "cases.db"))
