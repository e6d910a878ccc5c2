"""Mappings that ship with the product, for files that others publish; saved on first use. (IN-9)"""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "complaints" / "presets" / "mappings"


def names() -> list[str]:
    """Names of the mappings that ship."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def preset(name: str) -> dict[str, Any] | None:
    """The mapping of that name; None if none ships."""
    if name not in names():
        return None
    document = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return {
        "name": name,
        "source": document["source"],
        "columns": document["columns"],
        "defaults": document.get("defaults", {}),
        "values": document.get("values", {}),
    }
