"""A PostgreSQL server of the tests' own: made, started, stopped in the middle, thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql")


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    for folder in FOLDERS:
        found += sorted(Path(folder).glob("*/bin"), reverse=True)
        found.append(Path(folder, "bin"))
    for one in found:
        if (one / "initdb").exists() and (one / "pg_ctl").exists():
            return one
    return None


class Server:
    """A server on a socket and a free port, with fsync on."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="stdrules-pg-"))
        # A server refuses to run as root.
        self._user = None
        if os.geteuid() == 0:
            self._user = next(u.pw_name for u in pwd.getpwall() if u.pw_name in ("postgres",
                                                                               "nobody"))
            shutil.chown(self.folder, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "tester", "-A", "trust",
                  "-E", "UTF8", "--no-locale")  # fmt: skip
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *args: str) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *args], user=self._user, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout[-800:]}")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-t", "60", "-o", options,
                  "-l", str(self.folder / "server.log"), "start")  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
