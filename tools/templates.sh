#!/usr/bin/env bash
# Runs djlint over every template there is; with none, there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t templates < <(find complaints accountability reporting -path '*/templates/*' -name '*.html' 2>/dev/null | sort)
[ ${#templates[@]} -eq 0 ] || exec .venv/bin/djlint "$@" "${templates[@]}"
