#!/usr/bin/env bash
# Installs a list of packages into .venv unless exactly that list was installed last time.
#
#   tools/install.sh STAMP LIST
#
# The stamp keeps the list's digest, so that switching between branches, which changes the
# time of the file but not what it says, costs nothing.
set -euo pipefail

stamp=$1 list=$2
digest=$(sha256sum "$list" | cut -d ' ' -f 1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$digest" ]; then
    echo "Installing $list …"
    .venv/bin/python -m pip install -qq --disable-pip-version-check -r "$list"
fi
echo "$digest" >"$stamp"
