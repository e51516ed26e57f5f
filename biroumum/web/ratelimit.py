"""How often an address may do a thing. Counted in PostgreSQL, so it holds when Valkey is away."""

import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Who asks: the address our own proxies saw, an IPv6 one as its /64, for a household has all of that."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)


def allowed(key: str, limit: int, per_seconds: int) -> bool:
    """Count one more; False once there were more than `limit` in this window of `per_seconds`."""
    window = f"limit:{key}:{int(time.time()) // per_seconds}"
    cache.add(window, 0, per_seconds + 60)
    try:
        return cache.incr(window) <= limit
    except ValueError:  # culled between the two
        return True
