"""Asks the web server beside it whether it lives (/healthz); exit status 0 when it does. For health checks."""

import os
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].lstrip(".") or "127.0.0.1"
address = f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}/healthz"
try:
    urlopen(Request(address, headers={"Host": host}), timeout=4).close()
except (URLError, OSError) as error:
    sys.exit(f"{address}: {error}")
