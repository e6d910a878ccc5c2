"""A protected FSM column that still refreshes and cleans.

django-fsm refuses any assignment to a protected field that already has a value, also the assignments that Django makes
itself when it reloads or cleans a row. This lets exactly those two through, on the instance, without touching the
field object that all threads share.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django_fsm import FSMFieldMixin

_ABSENT = object()


class ProtectedState:
    """Mixin for models with protected state columns; put it before `models.Model`."""

    @classmethod
    def _protected(cls) -> list[str]:
        fields = cls._meta.concrete_fields  # type: ignore[attr-defined]
        return [field.attname for field in fields if isinstance(field, FSMFieldMixin) and field.protected]

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Reload; the descriptor refuses only what is already there, so that is taken out first."""
        if fields is None:
            deferred = self.get_deferred_fields()  # type: ignore[attr-defined]
            loaded = [field.attname for field in self._meta.concrete_fields]  # type: ignore[attr-defined]
            hit = [name for name in self._protected() if name not in deferred]
            wanted = [name for name in loaded if name not in deferred] if hit else None
        else:
            wanted = list(fields)
            hit = [name for name in self._protected() if name in wanted]
        saved = {name: self.__dict__.pop(name, _ABSENT) for name in hit}
        try:
            super().refresh_from_db(using=using, fields=wanted, from_queryset=from_queryset)  # type: ignore[misc]
        finally:
            for name, value in saved.items():
                if name not in self.__dict__ and value is not _ABSENT:
                    self.__dict__[name] = value

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Clean everything but protected columns, which no form may write."""
        super().clean_fields(exclude=set(exclude or ()) | set(self._protected()))  # type: ignore[misc]
