"""Accessibility of an open page, by axe-core: WCAG 2.2 A and AA and its best practices.

The page's context needs `bypass_csp=True`, since axe is put into it: `browser(width=320, bypass_csp=True)`.
"""

from pathlib import Path
from typing import Any

import axe_core_python

AXE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What passed stays in the page: carried out, it is most of the time that axe takes.
RUN = "rules => axe.run(document, rules).then(found => found.violations)"


def faults(page: Any) -> list[str]:
    """What axe finds, one line each with the first elements; and whether the page runs over the edge."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN, RULES)
    lines = [f"{it['id']}: {[node['html'][:120] for node in it['nodes'][:3]]}" for it in found]
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*lines, f"runs {over} px over the edge"] if over > 0 else lines


def assert_accessible(page: Any) -> None:
    assert faults(page) == [], page.url
