"""Pages of REST lists: `{next, previous, results}`."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response


class Pages(PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    page_query_description = "Номер страницы, с 1."
    page_size_query_description = "Сколько строк на странице, до 1000; без указания 100."

    def get_page_size(self, request: Any) -> int:
        """A wrong size is refused like any other wrong filter; a large one gives the most there is."""
        wanted = request.query_params.get(self.page_size_query_param)
        if wanted is None:
            return self.page_size
        if not wanted.isdecimal() or int(wanted) == 0:
            message = f"Число строк на странице — от 1 до {self.max_page_size}."
            raise ValidationError({self.page_size_query_param: [message]})
        return min(int(wanted), self.max_page_size)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
