"""The web application of the examples, under a real server, killed and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from journeys.journey import EXAMPLES, SCHEDULE, TASK

HELD = """
import sys
from datetime import datetime, timedelta, timezone
sys.path.insert(0, sys.argv[1])
import uvicorn
import web
start = datetime.fromisoformat(sys.argv[3])
began = datetime.now(timezone.utc)
now = lambda: start + (datetime.now(timezone.utc) - began) * int(sys.argv[4])
app = web.make_app("q_gxxz_029", "cases.db", now, 0.05)
uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
"""


@contextmanager
def serving(folder, clock: str, faster: int = 0):
    """Run the server in a process of its own; its clock begins at `clock`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", HELD, str(EXAMPLES), str(port), clock, str(faster)],
        cwd=folder, stderr=subprocess.PIPE, env={**os.environ, "STDRULES_BINDINGS": "off"},
    )  # fmt: skip
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)
    try:
        for _ in range(600):
            try:
                client.get("/due")
                break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr.read().decode()
                time.sleep(0.05)
        yield client, process
    finally:
        client.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        process.stderr.close()


def states(client, norm: str) -> list[str]:
    told = client.get(f"/cases/{TASK['case']}").json()
    return [one["state"] for one in told["obligations"] if one["norm"] == norm]


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    return tmp_path_factory.mktemp("web")


def test_what_was_answered_is_there_after_a_kill(journal):
    with serving(journal, "2023-03-01T10:00:00+08:00") as (client, process):
        told = client.post("/facts", json=TASK)
        assert told.status_code == 200
        assert "4.1-plan-48h" in [one["norm"] for one in told.json()["opened"]]
        assert states(client, "4.1-plan-48h") == ["pending"]
        due = client.get("/due", params={"to": "2023-03-31"}).json()
        assert "4.1-plan-48h" in [one["norm"] for one in due]
        process.kill()
        process.wait(30)
    with serving(journal, "2023-03-01T11:00:00+08:00") as (client, _):
        assert states(client, "4.1-plan-48h") == ["pending"]
        # The answer to the first post may have been lost on the way: it is sent again.
        again = client.post("/facts", json=[TASK, SCHEDULE])
        assert again.status_code == 200 and again.json()["opened"] == []


@pytest.mark.parametrize(
    "body, code, said",
    [
        pytest.param(b"{", 400, "not JSON", id="broken"),
        pytest.param(json.dumps({**TASK, "type": "nope"}).encode(), 422, "nope", id="unknown-type"),
        pytest.param(b'"text"', 422, "", id="no-record"),
    ],
)
def test_what_cannot_be_posted_is_answered(tmp_path, body, code, said):
    with serving(tmp_path, "2023-03-01T10:00:00+08:00") as (client, _):
        answer = client.post("/facts", content=body)
        assert answer.status_code == code and said in answer.json()["error"]["en"]
        assert client.get("/cases/none").status_code == 422
        assert client.get("/due", params={"to": "soon"}).status_code == 422


def test_a_deadline_that_passes_is_streamed(tmp_path):
    # Two hours pass in a second: the schedule is due 48 hours after the task.
    with serving(tmp_path, "2023-03-01T20:00:00+08:00", faster=7200) as (client, _):
        with client.stream("GET", "/changes") as answer:
            client.post("/facts", json=TASK)
            for line in answer.iter_lines():
                if not line.startswith("data: "):
                    continue
                told = json.loads(line.removeprefix("data: "))
                turned = [
                    (one["from"], one["to"]) for one in told["changed"]
                    if one["norm"] == "4.1-plan-48h"
                ]  # fmt: skip
                if turned == [("due_soon", "overdue")]:
                    assert told["at"] == "2023-03-02T09:00:00.000001+08:00"
                    break
        assert states(client, "4.1-plan-48h") == ["overdue"]
