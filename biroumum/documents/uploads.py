"""What a request may lay on our disk before anyone has looked at it."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from biroumum.documents.intake import MAX_BYTES


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Keeps no more of a file than anyone takes, yet knows its true size, so that it is refused by its name."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
