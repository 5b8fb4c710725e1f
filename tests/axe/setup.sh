#!/bin/sh
# Installs axe-core, an accessibility checker that others wrote, where the tests look for it (default: target/axe).
# The version is pinned in requirements.txt; a second call with the same pin does nothing. Needs python3 with venv.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
place=${1:-$here/../../target/axe}
if cmp -s "$here/requirements.txt" "$place/installed.txt"; then
    exit 0
fi
rm -rf "$place"
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$place/lib" --requirement "$here/requirements.txt"
cp "$place/lib/axe_playwright_python/axe.min.js" "$place/axe.min.js"
cp "$here/requirements.txt" "$place/installed.txt"
