"""Error codes are part of the interface: one closed list, which the README tells."""

import ast
import re
from pathlib import Path

from service.api.errors import STATUS_OF, STATUS_OF_CODE

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \|", re.MULTILINE)


def test_no_code_has_two_statuses():
    assert {class_.code: status for class_, status in STATUS_OF.items()}.items() <= (
        STATUS_OF_CODE.items()
    )


def test_a_code_is_never_made_up_where_it_is_sent():
    for path in sorted((ROOT / "service").rglob("*.py")):
        spelled = {
            node.value.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.keyword)
            and node.arg == "code"
            and isinstance(node.value, ast.Constant)
        }
        assert not spelled, path


def test_the_readme_lists_every_code_with_its_status():
    listed = ROW.findall((ROOT / "README.md").read_text("utf-8"))
    assert len(listed) == len(dict(listed)), "a code is listed twice"
    assert {code: int(status) for code, status in listed} == STATUS_OF_CODE
