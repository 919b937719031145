"""`python -m boloci.cli`: the same program as `boloci`."""

from boloci.cli import main

main()
