#!/bin/sh
# usage: sh doors/install.sh LOCK... : make .venv and install exactly what LOCK names.
# Needs Python 3.11 or newer, nothing else. Does nothing where nothing changed: the
# hash of the locks and of pyproject.toml is kept in the environment.
set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

usable() { # a name on PATH may be a shim that only prints an error: run it
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if usable "$name"; then
            printf '%s' "$name"
            return
        fi
    done
    say "boloci needs Python 3.11 or newer and found none. / Il faut Python 3.11 ou plus récent."
    say "Debian, Ubuntu: apt-get install python3 python3-venv    or name one: make PYTHON=/path/to/python3"
    exit 3
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        say "$python comes without venv. / $python n'a pas le module venv."
        say "Debian, Ubuntu: apt-get install python3-venv    then run make again."
        exit 3
    fi
    say "making $venv with $("$python" --version 2>&1) ($python)"
    "$python" -m venv "$venv"
}

wanted=$(cat pyproject.toml "$@" | cksum)
kept="$venv/installed-$(basename "$1" .lock)"
[ "$(cat "$kept" 2>/dev/null || true)" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null && exit 0

usable "$venv/bin/python" || make_venv
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
quiet="--quiet --disable-pip-version-check --no-input"
for lock in "$@"; do
    say "installing $lock into $venv (a few minutes on a slow link)"
    "$venv/bin/python" -m pip install $quiet --require-hashes -r "$lock"
done
"$venv/bin/python" -m pip install $quiet --no-build-isolation --no-deps -e .
printf '%s\n' "$wanted" >"$kept"
