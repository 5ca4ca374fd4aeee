#!/bin/sh
# Makes a virtual environment hold the packages of a requirement file and this project. Does nothing, quickly, when it
# does already.   VENV=.venv sandbox/venv.sh requirements[-dev|-oldest].txt [PYTHON]
set -eu
venv=${VENV:-.venv}
list=$1
python=${2:-}
oldest='(3, 10)'

works() { "$1" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < $oldest)" >/dev/null 2>&1; }
version() { "$1" -c 'import sys; print(sys.version_info[:2])'; }
# The project's metadata names its commands, so it counts as well.
contents() { cat "$1" pyproject.toml | cksum; }
installed() { [ "$(cat "$venv/installed-$1" 2>/dev/null)" = "$(contents "$1")" ]; }

usable() {
    [ -x "$venv/bin/python" ] || return 1
    # The programs in a virtual environment name its folder, so they break when the clone is moved.
    [ "$(cat "$venv/made-in" 2>/dev/null || pwd)" = "$(pwd)" ] || return 1
    [ -z "$python" ] || [ "$(version "$python")" = "$(version "$venv/bin/python")" ] || return 1
}

make_venv() {
    for candidate in ${python:-python3.13 python3.12 python3.11 python3.10 python3.14 python3}; do
        # A version manager's stand-in is found on PATH but may refuse to run.
        if works "$candidate"; then
            echo "Making $venv with $("$candidate" --version) ..."
            "$candidate" -m venv --clear "$venv"
            pwd >"$venv/made-in"
            return
        fi
    done
    if [ -n "$python" ]; then
        echo "PYTHON=$python does not run, is older than 3.10, or lacks venv and ensurepip (Debian: package python3-venv)."
    else
        echo "No Python from 3.10 on with venv and ensurepip on PATH (Debian: package python3-venv)."
        echo "Install one, or name it: make PYTHON=/path/to/python3 ..."
    fi
    exit 1
}

pip() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }

not_installed() {
    echo "The packages of $list could not be installed: pip says why above."
    echo "Check the network, HTTPS_PROXY and pip's index (pip config list), then run the same command again."
    exit 1
}

if usable && { installed "$list" || { [ "$list" = requirements.txt ] && installed requirements-dev.txt; }; }; then
    exit 0
fi
exec >&2
if ! usable || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    make_venv
fi
echo "Installing the Python packages of $list into $venv: about half a minute ..."
rm -f "$venv"/installed-*
pip --require-hashes --requirement "$list" || not_installed
pip --no-deps --no-build-isolation --editable . || not_installed
contents "$list" >"$venv/installed-$list"
