"""How often an address may do a thing. Counted in PostgreSQL, so it holds when Valkey is away."""

import ipaddress
import time

from django.conf import settings
from django.db import connection
from django.http import HttpRequest


def peer_address(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Who asks: the address our own proxies saw, and never one the visitor wrote."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        found = ipaddress.ip_address(_host(address).partition("%")[0])  # without the name of a network card
    except ValueError:
        return None
    # A server that listens on IPv6 sees IPv4 visitors so, and in one /64 they would be one household.
    return getattr(found, "ipv4_mapped", None) or found


def _host(address: str) -> str:
    """Without the port that some proxies write behind an address."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def client_address(request: HttpRequest) -> str:
    """Whom to count: an address, an IPv6 one as its /64, for a household has all of that."""
    peer = peer_address(request)
    return "unknown" if peer is None else household(peer)


def household(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


# In the table of Django's cache, past its API: that counts in eleven statements, and two at once as one.
_COUNT = """
INSERT INTO {table} AS c (cache_key, value, expires) VALUES (%s, '1', now() + make_interval(secs => %s))
ON CONFLICT (cache_key) DO UPDATE SET value = (c.value::int + 1)::text RETURNING value::int
"""


def seconds_left(per_seconds: int) -> int:
    """Until a new window of this length begins and counts from nothing."""
    return per_seconds - int(time.time()) % per_seconds


def allowed(key: str, limit: int, per_seconds: int) -> bool:
    """Count one more; False once there were more than `limit` in this window of `per_seconds`."""
    window = int(time.time()) // per_seconds
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(table=table), [f"limit:{key}:{window}", per_seconds + 60])
        count: int = cursor.fetchone()[0]
    return count <= limit
