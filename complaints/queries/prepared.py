"""Queries that every act asks: the SQL of each is made once, then only the values in it change. (decision 0007)"""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models import Expression, QuerySet

Record = TypeVar("Record", bound=models.Model)


class _Blank(Expression):
    """Where a value is filled in."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, Any]:
        return "%s", (self,)


class _Statement(NamedTuple):
    """The SQL of a queryset, and how its rows become records."""

    model: Any
    sql: str
    values: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    names: list[str]


class Prepared(Generic[Record]):
    """A queryset as a function of keys: `rows` makes it of keys (or other whole numbers), without joins.

    Called with keys, this gives the records that the queryset would give.
    """

    def __init__(self, rows: Callable[..., QuerySet[Record]]) -> None:
        self.rows = rows
        self._statements: dict[str, _Statement] = {}

    def __call__(self, *keys: int) -> list[Record]:
        """The records."""
        statement = self._statements.get(connection.vendor)
        if statement is None:
            statement = self._statements[connection.vendor] = self._prepare(len(keys))
        values = [keys[value.place] if isinstance(value, _Blank) else value for value in statement.values]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, values)
            found = cursor.fetchall()
        return [self._record(statement, list(row)) for row in found]

    def first(self, *keys: int) -> Record | None:
        """The first record, if there is any."""
        return next(iter(self(*keys)), None)

    def _prepare(self, number: int) -> _Statement:
        queryset = self.rows(*map(_Blank, range(number)))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        columns: list[Any] = [column for column, _sql, _alias in compiler.select]
        found = compiler.get_converters(columns)
        return _Statement(
            model=queryset.model,
            sql=sql,
            values=tuple(values),
            converters=[(place, converters, column) for place, (converters, column) in found.items()],
            names=[column.target.attname for column in columns],
        )

    @staticmethod
    def _record(statement: _Statement, row: list[Any]) -> Record:
        for place, converters, column in statement.converters:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
        record: Record = statement.model.from_db(connection.alias, statement.names, row)
        return record
