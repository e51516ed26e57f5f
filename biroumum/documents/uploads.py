"""What a request may lay on our disk before anyone has looked at it."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from biroumum.documents.intake import MAX_BYTES, MAX_FILES


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Keeps no more of a file than anyone takes, and no more files than a form takes.

    Yet it knows every name and true size, so that each is refused by its name and what was typed beside is kept.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = 0

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        self.seen += 1
        self.kept = self.seen <= MAX_FILES
        if self.kept:
            super().new_file(field_name, *args, **kwargs)
        else:
            FileUploadHandler.new_file(self, field_name, *args, **kwargs)  # without a file on the disk

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.kept and start <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.kept:
            return super().file_complete(file_size)
        about = (self.field_name, self.file_name, self.content_type, file_size, self.charset)
        return InMemoryUploadedFile(BytesIO(), *about, self.content_type_extra)
