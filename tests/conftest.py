"""Settings for all tests."""

from hypothesis import settings

from tests.published import chromium as chromium
from tests.published import site as site
from tests.published import tripwire as tripwire

# Machines differ in speed, and no test here is about time; and the same examples are
# drawn everywhere, so that a failure on one machine is a failure on all.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
