"""The student of this checkout, for tests that need what it has learned."""

from __future__ import annotations

import pytest

from engine.installation import find_installation
from engine.students.library import READER, Students

INSTALLATION = find_installation()
STUDENT = INSTALLATION.students / READER
needs_student = pytest.mark.skipif(not Students(INSTALLATION).has_reader(), reason="no reader in resources/students")
