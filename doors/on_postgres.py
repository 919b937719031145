"""Run a command beside a PostgreSQL of its own: `python -m doors.on_postgres COMMAND`.

A real server is made in a temporary folder, listens on a socket in that folder only, is
named to the command in `BOLOCI_DATABASE_URL`, and is gone when the command has ended.
PostgreSQL refuses to run as root: there the server runs as the account `postgres`, or
as `nobody`. Exit 3 where no PostgreSQL is installed.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MISSING = "PostgreSQL is missing: apt-get install postgresql"
DEBIAN = Path("/usr/lib/postgresql")
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"""What it holds is thrown away: nothing has to outlive a power cut."""


def main(command: Sequence[str]) -> int:
    """Run a command with a database server; its exit code."""
    programs = installed()
    if programs is None:
        print(MISSING, file=sys.stderr)
        return 3
    with server(programs) as address:
        environment = {**os.environ, "BOLOCI_DATABASE_URL": address}
        return subprocess.run(command, env=environment, check=False).returncode


def installed() -> Path | None:
    """Folder of the server's programs: Debian's newest, else that on PATH."""
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A server with an empty database; its address."""
    owner = unprivileged()
    # A socket's path is short and, in an address, in small letters: not TMPDIR.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = f"{folder}/data"

        def tell(program: str, *words: str) -> None:
            subprocess.run(
                [programs / program, "-D", data, *words],
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        tell("initdb", "-U", "boloci", "-A", "trust", "-E", "UTF8", "--no-sync")
        only_here = f"-c listen_addresses='' -k {folder} {FAST}"
        tell("pg_ctl", "-w", "-l", f"{folder}/log", "-o", only_here, "start")
        try:
            yield f"postgresql://boloci@{quote(folder, safe='')}/postgres"
        finally:
            tell("pg_ctl", "-w", "-m", "immediate", "stop")


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as; None: as whoever runs this, who is not root."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name: one for one in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
