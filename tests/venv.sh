#!/bin/sh
# Installs what others wrote and our tests ask for an opinion: the pins of a requirements file into a virtual environment.
# A second call with the same pins does nothing. Needs python3 with venv.
# Usage: tests/venv.sh REQUIREMENTS FOLDER
set -eu
pins=$1 venv=$2
if cmp -s "$pins" "$venv/installed.txt"; then
    exit 0
fi
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins"
cp "$pins" "$venv/installed.txt"
