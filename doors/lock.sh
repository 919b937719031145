#!/bin/sh
# usage: sh doors/lock.sh [--upgrade] : write the three locks from pyproject.toml.
# One lock serves every platform and Python from 3.11 (--universal), names no registry
# and no path of this machine, and pins every file by its hash. Needs uv.
set -eu
cd "$(dirname "$0")/.."

lock() {
    out=$1
    shift
    uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        --output-file "$out" "$@" >/dev/null
}

# The build backend is locked too: `pip install --no-build-isolation -e .` needs it.
lock requirements.lock --group build pyproject.toml "$@"
lock requirements-dev.lock --group build --group dev -c requirements.lock pyproject.toml "$@"
lock requirements-extras.lock --extra estimate --extra evaluate --extra postgres \
    --extra spark -c requirements.lock pyproject.toml "$@"
