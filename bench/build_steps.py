"""A build with the CPU seconds of its steps: `python -m bench.build_steps WORKSPACE`.

The last line printed is a JSON object, step -> seconds.
"""

import json
import sys
import time
from collections import Counter

from bench.as_installed import NoPandas


def main(folder: str) -> None:
    """Build the workspace and print what each step took."""
    from boloci import pipeline
    from boloci.workspace import open_workspace

    seconds: Counter[str] = Counter()
    current, since = "understood", time.process_time()

    def step(name: str, _share: float) -> None:
        nonlocal current, since
        now = time.process_time()
        seconds[current] += now - since
        current, since = name, now

    pipeline.build(open_workspace(folder), progress=step)
    step("", 1.0)
    print(json.dumps({name: round(took, 2) for name, took in seconds.items()}))


if __name__ == "__main__":
    assert any(isinstance(finder, NoPandas) for finder in sys.meta_path)
    main(sys.argv[1])
