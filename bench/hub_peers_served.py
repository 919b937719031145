"""Dash and Streamlit served for the bench of the hub, from their own environment."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen

from bench.hub_served import free_port, stopped_after, until_it_answers
from bench.measure import ROOT, Failed, measured

PACKAGES = (
    "dash==4.4.1",
    "flask-compress==1.25",
    "pandas==3.1.1",
    "streamlit==1.67.0",
)
"""Installed beside the data, never with boloci."""
VIEWS = {
    "boloci": (".lead a", "#coverage svg"),
    "Dash": ("#latest", ".js-plotly-plot svg .xtick"),
    "Streamlit": (
        "[data-testid=stMarkdownContainer] p",
        "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg",
    ),
}
"""Selectors of the main figure as text, and of the chart."""

Views = list[dict[str, float]]


def peers(
    data: Path, facts: Path, watch: Callable[[str, str], Views]
) -> Iterator[tuple[str, Views | str]]:
    """The first views of each peer, or why there are none."""
    for name in ("Dash", "Streamlit"):
        port = free_port()
        try:
            server = Popen(
                _command(name, _environment(data), facts, port),
                cwd=ROOT,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
            )
            with stopped_after(server):
                url = f"http://127.0.0.1:{port}/"
                until_it_answers(url, server)
                yield name, watch(url, name)
        except Failed as reason:
            yield name, f"could not run: {str(reason).splitlines()[-1]}"


def _command(name: str, programs: Path, facts: Path, port: int) -> list[str]:
    page = str(ROOT / "bench" / "hub_peers.py")
    if name == "Dash":
        return [str(programs / "python"), page, "dash", str(facts), str(port)]
    return [
        *(str(programs / "streamlit"), "run", page, "--server.port", str(port)),
        *("--server.headless", "true", "--server.address", "127.0.0.1"),
        *("--browser.gatherUsageStats", "false", "--", "streamlit", str(facts)),
    ]


def _environment(data: Path) -> Path:
    """The folder of the peers' programs; made once. Raises `Failed`."""
    folder = data / "peers"
    done = folder / "installed"
    if not done.exists() or done.read_text() != "\n".join(PACKAGES):
        measured([sys.executable, "-m", "venv", folder])
        measured([folder / "bin" / "python", "-m", "pip", "install", *PACKAGES])
        done.write_text("\n".join(PACKAGES))
    return folder / "bin"
