"""ClamAV, when CLAMD_URL names one."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

if TYPE_CHECKING:
    import clamd

TIMEOUT = 60.0  # seconds for one file


class ScannerAway(Exception):
    """No verdict: the scanner cannot be reached or failed. Nothing is clean because of that."""


def is_on() -> bool:
    return bool(settings.CLAMD_URL)


def find_malware(content: IO[bytes]) -> str:
    """The signature's name, or "" for a clean file; raises ScannerAway."""
    import clamd  # here, for it takes a tenth of a second and most processes never scan

    try:
        verdict, signature = _client().instream(content)["stream"]
    except (clamd.ClamdError, OSError, KeyError, ValueError) as error:
        raise ScannerAway(str(error)) from error
    if verdict == "FOUND":
        return signature or "?"
    if verdict != "OK":
        raise ScannerAway(f"{verdict} {signature}")
    return ""


def _client() -> clamd.ClamdNetworkSocket:
    import clamd

    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "unix":
        return clamd.ClamdUnixSocket(path=url.path, timeout=TIMEOUT)
    return clamd.ClamdNetworkSocket(host=url.hostname, port=url.port or 3310, timeout=TIMEOUT)
