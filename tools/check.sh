#!/usr/bin/env bash
# Every check, to the end, so that one run shows all there is to mend.
#
#   tools/check.sh [NAME…]     only the named ones: ruff format types imports templates
#                              migrations settings translations
set -uo pipefail
cd "$(dirname "$0")/.."

export PATH="$PWD/.venv/bin:$PATH"
failed=()

check() {  # NAME COMMAND…
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        echo "$output" | sed 's/^/        /'
        failed+=("$name")
    fi
}

# The settings as production has them: https, keys of its own, servers.
settings() {
    local keys
    keys=$(python -m config.keys) || return
    env -u DEBUG -u DEMO -u DJANGO_BUILD ENV_FILE=/dev/null DATA_DIR="$scratch" DATABASE_URL=postgres://localhost/none \
        REDIS_URL=redis://localhost ALLOWED_HOSTS=complaints.example.org HTTPS=true $keys \
        python -W error manage.py check --deploy --fail-level WARNING
}

manage() { ENV_FILE=/dev/null DJANGO_BUILD=1 DATABASE_URL='' REDIS_URL='' DATA_DIR="$scratch" python manage.py "$@"; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

run() {
    case "$1" in
        ruff) check ruff ruff check --quiet --output-format concise . ;;
        format) check format ruff format --check --quiet --output-format concise . ;;
        types) check types mypy ;;
        imports) check imports lint-imports --no-cache ;;
        templates) check templates tools/templates.sh --lint --check --quiet ;;
        migrations) check migrations manage makemigrations --check --dry-run --verbosity 1 ;;
        settings)
            check settings settings
            check "system check" manage check --fail-level WARNING
            ;;
        translations) check translations env DJANGO_BUILD=1 python tools/translations.py check ;;
        *) echo "check.sh: no check is called '$1'" >&2; exit 2 ;;
    esac
}

[ $# -gt 0 ] || set -- ruff format types imports templates migrations settings translations
for name in "$@"; do run "$name"; done

if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}"
    exit 1
fi
