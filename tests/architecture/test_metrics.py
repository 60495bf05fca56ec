"""The metrics are those that README.md lists, and each is fed somewhere."""

import re
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from service import metrics

ROOT = Path(__file__).parents[2]
NAMED = {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}


def told(metric):
    """Return how README.md names it: with its labels."""
    (family,) = metric.describe()
    suffix = "_total" if family.type == "counter" else ""
    labels = ", ".join(metric._labelnames)  # noqa: SLF001  # the library has no other way
    return f"{family.name}{suffix}" + (f"{{{labels}}}" if labels else "")


def test_the_page_lists_every_metric():
    listed = set(
        re.findall(r"\| `(hexhaul_\w+(?:\{[\w, ]+\})?)` \|", (ROOT / "README.md").read_text())
    )
    assert listed == {told(metric) for metric in NAMED.values()}


def test_a_name_ends_in_its_unit():
    for metric in NAMED.values():
        assert re.search(r"_(total|count|s)$", told(metric).partition("{")[0])


def test_every_metric_is_fed():
    fed = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "service").rglob("*.py")
        if path.name != "metrics.py"
    )
    assert [name for name in NAMED if not re.search(rf"\b{name}\b(?!,? *$)[.)]", fed)] == []
