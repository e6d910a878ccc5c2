#!/usr/bin/env bash
# Runs a demonstration until it is told to stop (Ctrl-C). `make demo` prepares what it needs.
#
# Everything lies in var/: remove that folder, or run `make clean`, to start from nothing.
# DATABASE_URL, REDIS_URL, HOST and PORT are respected if set.
set -euo pipefail
cd "$(dirname "$0")/.."

export PATH="$PWD/.venv/bin:$PATH"
export DEMO=true HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000}

if ! python - <<'PYTHON'
import os, socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((os.environ["HOST"], int(os.environ["PORT"])))
    except OSError as error:
        sys.exit(f"Cannot serve on {os.environ['HOST']}:{os.environ['PORT']}: {error.strerror}. Choose another: PORT=8001 make demo")
PYTHON
then
    exit 1
fi

echo "Preparing the database …"
python manage.py migrate --verbosity 0
python manage.py load_calendars
python manage.py load_policies
python manage.py load_registers
python manage.py collectstatic --noinput --verbosity 0
python manage.py demo_data --if-empty --inquiries 40
python manage.py demo_inquiries --if-empty
python manage.py demo_reports --if-empty
python manage.py demo_data --complaints 0 --print-accounts
echo
echo "    http://$HOST:$PORT/        stop with Ctrl-C"
echo

# In a container everything runs as root, which Celery would remark upon at length.
export PYTHONWARNINGS="ignore:You're running the worker with superuser"
exec honcho --no-colour start
