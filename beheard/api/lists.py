"""Long lists, page by page, newest first. A cursor says where the next page begins, and nothing about what is on it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.pagination import CursorPagination


@dataclass(frozen=True)
class Page:
    """`gives=Page(Serializer, "-timestamp,-id")` of an operation that answers with a queryset: the order has no ties."""

    item: type[serializers.Serializer]
    order: str
    size: int = 20

    @property
    def serializer(self) -> type[serializers.Serializer]:
        return _page_of(self.item)

    def answer(self, request, rows, shown: Callable[[list], Iterable] = iter) -> dict:
        """`shown` makes of the rows of one page what is shown of them."""
        cursor = _Cursor()
        cursor.page_size, cursor.ordering = self.size, tuple(self.order.split(","))
        try:
            found = cursor.paginate_queryset(rows, request)
        except (NotFound, ValidationError, ValueError, OverflowError, DataError) as unreadable:
            raise ParseError(_("This cursor is not one of ours.")) from unreadable
        return {
            "next": cursor.get_next_link(),
            "previous": cursor.get_previous_link(),
            "results": self.item(list(shown(found)), many=True).data,
        }


@cache
def _page_of(item) -> type[serializers.Serializer]:
    fields = {
        "next": serializers.CharField(allow_null=True, help_text="Where older ones are."),
        "previous": serializers.CharField(allow_null=True),
        "results": item(many=True),
    }
    return type(item.__name__ + "Page", (serializers.Serializer,), fields)


class _Cursor(CursorPagination):
    cursor_query_param = "cursor"
