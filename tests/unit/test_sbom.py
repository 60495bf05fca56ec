"""The bill of materials has all that is pinned, and nothing else."""

import re
from pathlib import Path

from service.commands.sbom import bill_of

LOCK = (Path(__file__).parents[2] / "requirements.lock").read_text("utf-8")


def test_every_pin_is_a_component_with_its_hashes():
    components = bill_of(LOCK, own_version="1.2.3")["components"]
    assert [f"{one['name']}=={one['version']}" for one in components] == re.findall(
        r"^[A-Za-z0-9._-]+==[^\s;]+", LOCK, re.MULTILINE
    )
    assert sum(len(one["hashes"]) for one in components) == LOCK.count("--hash=sha256:")
    assert all(one["hashes"] for one in components)


def test_it_is_of_the_format_and_names_the_service():
    bill = bill_of(LOCK, own_version="1.2.3")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert bill["metadata"]["component"]["version"] == "1.2.3"
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs))
