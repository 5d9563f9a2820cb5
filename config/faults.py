"""What people see when the portal itself cannot go on: in words, with a status that says whether to come back."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from accounts.jobs import is_disk_full

API = "/api/"
FOR_PROGRAMS = {
    HTTPStatus.INTERNAL_SERVER_ERROR: "На портале произошла ошибка. Она записана в журнал.",
    HTTPStatus.SERVICE_UNAVAILABLE: "База данных сейчас не отвечает. Повторите запрос позже.",
    HTTPStatus.INSUFFICIENT_STORAGE: "На диске сервера закончилось место. Ничего не записано.",
}
COME_BACK_SECONDS = "30"


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of status 500: a full disk and a database that is away are told from faults of the portal.

    The pages stand on nothing: no database, no session, no visitor.
    """
    status = _status_of(sys.exc_info()[1])
    if request.path.startswith(API):
        answer: HttpResponse = JsonResponse({"detail": FOR_PROGRAMS[status]}, status=status)
    else:
        answer = HttpResponse(render_to_string(f"{status.value}.html"), status=status)
    if status != HTTPStatus.INTERNAL_SERVER_ERROR:
        answer["Retry-After"] = COME_BACK_SECONDS
    return answer


def _status_of(error: BaseException | None) -> HTTPStatus:
    if error is not None and is_disk_full(error):
        return HTTPStatus.INSUFFICIENT_STORAGE
    if isinstance(error, OperationalError | InterfaceError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR
