from collections.abc import Iterator

import pytest

from biroumum.reports.registry import REPORTS
from tests.kernel.reports_sample import Sample


@pytest.fixture
def sample() -> Iterator[Sample]:
    """A report that is registered for this test alone."""
    sample = Sample()
    sample.register()
    yield sample
    del REPORTS["sample"]
