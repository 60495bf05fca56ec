"""What is logged is one JSON object a line, whoever logs it."""

import json
import subprocess
import sys

SAYING = """
import logging
import structlog
from service import logs

logs.configure(process="api")
structlog.get_logger().warning("tick_failed", market="vienna")
library = logging.getLogger("asyncpg.pool")
library.info("not worth a line")
try:
    raise OSError("no route\\nto host")
except OSError:
    library.warning("could not restore %s", "the floor", exc_info=True)
library.error("gone")
"""


def test_what_libraries_log_is_an_object_a_line_too():
    done = subprocess.run(
        [sys.executable, "-c", SAYING], check=True, capture_output=True, text=True, timeout=60.0
    )
    ours, warned, failed = map(json.loads, done.stderr.splitlines())
    assert (ours["event"], ours["process"]) == ("tick_failed", "api")
    assert (warned["event"], warned["level"], warned["process"]) == (
        "library_said",
        "warning",
        "api",
    )
    assert (warned["logger"], warned["said"]) == ("asyncpg.pool", "could not restore the floor")
    assert "no route" in warned["exception"]
    assert (failed["level"], failed["said"]) == ("error", "gone")
    assert "exception" not in failed
