"""Takes uploaded files straight into the spool, and says so when there is no room for them."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from accounts.jobs import is_disk_full

CHUNK = 1 << 16


class SpoolUploadHandler(TemporaryFileUploadHandler):
    """Django's handler of large files, which keeps its manners on a full disk.

    A browser shows no answer before it has sent all it has: whoever stops listening in the middle leaves it with a
    broken connection. So the rest is read and thrown away before the error goes on to the page that tells of it.
    """

    def handle_raw_input(self, input_data: Any, *args: Any, **kwargs: Any) -> None:
        self._request_body = input_data

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with self._heard_out_when_full():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._heard_out_when_full():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        with self._heard_out_when_full():
            return super().file_complete(file_size)  # writes what is still in the buffer

    @contextlib.contextmanager
    def _heard_out_when_full(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if is_disk_full(error):
                self.upload_interrupted()  # makes room at once
                while self._request_body.read(CHUNK):
                    pass
            raise

    def upload_interrupted(self) -> None:
        """Take the half of a file away; closing it fails like writing, and then it is gone all the same."""
        if hasattr(self, "file"):
            with contextlib.suppress(OSError):
                self.file.close()
