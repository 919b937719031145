"""Read files with boloci's sources alone: `python -m bench.reading STAGING FILE...`."""

import sys
from pathlib import Path

import bench.as_installed  # noqa: F401
from boloci import sources


def main(staging: Path, files: list[Path]) -> None:
    """Read every file into the staging folder and say what each was."""
    staging.mkdir(parents=True)
    for reading in sources.read(files, staging=staging):
        print(reading.format, len(reading.findings))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
