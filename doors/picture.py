"""The picture of the README: what `boloci demo` prints, drawn from its own output.

usage: python -m doors.picture DEMO_OUTPUT      (a file with the terminal's colours)
Writes docs/pictures/demo.svg. Nothing is drawn that the demo did not print.
"""

import re
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 84
FROM, TO = "SYNTHÉTIQUES", "Comptes"
"""Words on the first line that is drawn, and on the line after the last."""
FONT_LINK = re.compile(r"@font-face\s*{.*?}", re.DOTALL)
"""rich links a font on another host: a picture must not ask the network."""


def main(output: Path) -> None:
    """Draw the tables at the end of the demo's output."""
    text = Text.from_ansi(output.read_text(encoding="utf-8"))
    lines = text.split(allow_blank=True)
    first = next(i for i, line in enumerate(lines) if FROM in line.plain)
    last = next(i for i, line in enumerate(lines) if i > first and TO in line.plain)
    console = Console(record=True, width=COLUMNS, file=StringIO())
    console.print("$ make demo", style="bold")
    for line in lines[first:last]:
        console.print(line, no_wrap=True, overflow="crop")
    svg = FONT_LINK.sub("", console.export_svg(title="boloci"))
    picture = ROOT / "docs" / "pictures" / "demo.svg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
