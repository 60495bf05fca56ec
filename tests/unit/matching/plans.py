"""Takes plans apart, to compare them."""

import numpy as np


def leaves(value):
    """Yield the arrays of a plan, those of its reasons among them."""
    for part in value:
        if isinstance(part, tuple):
            yield from leaves(part)
        else:
            yield np.asarray(part)
