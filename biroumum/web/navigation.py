"""What the staff menu offers; each app adds its own pages at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url_name: str
    permission: str = ""  # empty: everyone on a position
    badge: Callable[[Any], int] | None = None
    open_to: Callable[[Any], bool] | None = None  # where one permission cannot say it


ITEMS: list[Item] = []


def register(
    label: str | Promise, url_name: str, *, permission: str = "", badge: Any = None, open_to: Any = None
) -> None:
    ITEMS.append(Item(label, url_name, permission, badge, open_to))


def menu(user: Any, path: str) -> list[dict[str, Any]]:
    """The pages this person may open: label, url, badge, and `here`, the value of aria-current or nothing."""
    shown = [
        item
        for item in ITEMS
        if (not item.permission or user.has_perm(item.permission))
        and (item.open_to is None or item.open_to(user))
    ]
    urls = {item: reverse(item.url_name) for item in shown}
    section = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [
        {
            "label": item.label,
            "url": url,
            "badge": item.badge(user) if item.badge else 0,
            "here": ("page" if path == url else "true") if url == section else "",
        }
        for item, url in urls.items()
    ]
