"""How far a run is, told while its one transaction still hides everything it writes.

Kept beside the database: in Redis where there is one, because worker and web server may be different machines;
otherwise in a small file, because then they are one machine, and SQLite would make a second writer wait.
"""

import contextlib
import json
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

KEEP = 24 * 3600


def _path(run_id: int) -> Path:
    return Path(settings.DATA_DIR) / "imports" / f"{run_id}.json"


def _key(run_id: int) -> str:
    return f"import-progress:{run_id}"


def tell(run_id: int, looked_at: int, written: int) -> None:
    """So many rows have been looked at, so many written."""
    if settings.REDIS_URL:
        cache.set(_key(run_id), [looked_at, written], KEEP)
        return
    path = _path(run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([looked_at, written]), encoding="ascii")
    fresh.replace(path)


def told(run_id: int) -> tuple[int, int]:
    """What was told last: rows looked at, rows written."""
    found = None
    if settings.REDIS_URL:
        found = cache.get(_key(run_id))
    else:
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(_path(run_id).read_text(encoding="ascii"))
    return (int(found[0]), int(found[1])) if isinstance(found, list) else (0, 0)


def forget(run_id: int) -> None:
    """The run is over."""
    if settings.REDIS_URL:
        cache.delete(_key(run_id))
    else:
        _path(run_id).unlink(missing_ok=True)
