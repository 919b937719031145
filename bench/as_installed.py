"""boloci as requirements.lock installs it: `python -m bench.as_installed ARGUMENT...`.

pandas comes with the test tools only, and pyarrow loads it where it finds it, which
takes half a second that no user pays.
"""

import sys
from importlib.abc import MetaPathFinder


class NoPandas(MetaPathFinder):
    """Finds pandas nowhere."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """Refuse pandas; leave every other module to the usual finders."""
        if name == "pandas":
            raise ModuleNotFoundError(name, name=name)


sys.meta_path.insert(0, NoPandas())

if __name__ == "__main__":
    from boloci.cli import main

    main(sys.argv[1:])
