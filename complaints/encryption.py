"""Personal data encrypted where it lies, with a keyed digest for exact look-up. (AU-5)

Keys come from `settings.FIELD_KEYS` (Fernet keys; the first encrypts, all decrypt), so a key is rotated by putting a
new one in front and saving. A digest is keyed too, so that a copy of the database does not answer "is this number in
it?". Filtering on an encrypted column is refused: it would silently find nothing.
"""

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: personal data cannot be stored without a key.")
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Ciphertext under the first key."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Plain text; `cryptography.fernet.InvalidToken` when no key fits."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


def normalised(text: str) -> str:
    """Width, case, blanks and punctuation of numbers removed, so that one number has one digest."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\-()+./·]", "", folded)


def digest(text: str) -> str:
    """Keyed digest of the normalised text, hexadecimal; empty for empty text.

    Keyed with `settings.LOOKUP_KEY`, which rotation of the field keys leaves alone.
    """
    plain = normalised(text)
    if not plain:
        return ""
    return hmac.new(settings.LOOKUP_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()


def masked(text: str) -> str:
    """What a list may show: enough to tell two apart, never enough to use. At least half of the signs are stars."""
    if len(text) < 2:  # noqa: PLR2004
        return "*" * len(text)
    front = min(3, (len(text) + 1) // 4) or 1
    back = min(2, len(text) // 4)
    return text[:front] + "*" * (len(text) - front - back) + text[len(text) - back :]


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext and gives plain text. Empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        """Ciphertext for the database."""
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Plain text for the program; unreadable text raises rather than being lost quietly."""
        if not value:
            return value
        try:
            return decrypt(value)
        except InvalidToken as error:
            raise ImproperlyConfigured(f"{self.name}: no key in FIELD_KEYS opens this value.") from error

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked of ciphertext."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: look it up by its digest.")
