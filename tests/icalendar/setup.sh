#!/bin/sh
# Installs icalendar, a parser of calendar files that others wrote, where the tests look for it (default: target/icalendar-venv).
# Versions are pinned in requirements.txt; a second call with the same pins does nothing. Needs python3 with venv.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-$here/../../target/icalendar-venv}
if cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    exit 0
fi
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
cp "$here/requirements.txt" "$venv/installed.txt"
