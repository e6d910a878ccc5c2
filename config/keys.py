"""The secrets the project cannot run without, and where they come from.

SECRET_KEY signs sessions. FIELD_KEYS encrypt personal data: the first encrypts, every one
decrypts, so a key is replaced by putting a new one in front. LOOKUP_KEY makes the digests by
which an encrypted telephone number is found again; it stays the same when FIELD_KEYS change.
"""

import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env


@dataclass(frozen=True)
class Keys:
    """The three kinds of key, as the settings want them."""

    secret_key: str
    field_keys: list[str]
    lookup_key: str


def keys_from_environment(env: Env) -> Keys | None:
    """Read the keys from the environment; None when none of them is set there.

    Raises ImproperlyConfigured for a set that is incomplete or holds an unusable key: half a
    set would encrypt data under a key that nobody wrote down.
    """
    keys = Keys(
        env.str("SECRET_KEY", default=""), env.list("FIELD_KEYS", default=[]), env.str("LOOKUP_KEY", default="")
    )
    values = {"SECRET_KEY": keys.secret_key, "FIELD_KEYS": keys.field_keys, "LOOKUP_KEY": keys.lookup_key}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(values):
        return None
    if missing:
        message = f"Set {', '.join(missing)} in the environment as well; `python -m config.keys` prints new ones."
        raise ImproperlyConfigured(message)
    for position, key in enumerate(keys.field_keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            message = f"FIELD_KEYS: key {position} is not a Fernet key (32 bytes, URL-safe base64)."
            raise ImproperlyConfigured(message) from error
    return keys


def keys_from_file(path: Path) -> Keys:
    """Read the keys of a demonstration or a developer's machine, making them the first time.

    Web, worker and scheduler start at the same moment; whichever links its file first wins,
    and all read what stands there.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # readable by the owner alone
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(vars(new_keys()), file, indent=2)
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return Keys(**json.loads(path.read_text(encoding="utf-8")))


def new_keys() -> Keys:
    """Make a fresh set of random keys."""
    return Keys(secrets.token_urlsafe(50), [Fernet.generate_key().decode()], secrets.token_urlsafe(32))


if __name__ == "__main__":
    fresh = new_keys()
    print(f"SECRET_KEY={fresh.secret_key}\nFIELD_KEYS={','.join(fresh.field_keys)}\nLOOKUP_KEY={fresh.lookup_key}")
