#!/bin/sh
# Prints the oldest and the newest supported Python that are on PATH or installed with pyenv, a path a line; not the one
# of .venv, with which all tests run anyway. Says on stderr which are missing.
set -eu
own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')

supported() {
    for version in 3.10 3.11 3.12 3.13 3.14; do
        # A version manager's stand-in is found on PATH but may refuse to run.
        for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
            if "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
                echo "$version $(command -v "$python")"
                continue 2
            fi
        done
        echo "There is no Python $version here; it is left out." >&2
    done
}

supported | sed -n '1p;$p' | uniq | while read -r version python; do
    [ "$version" = "$own" ] || echo "$python"
done
