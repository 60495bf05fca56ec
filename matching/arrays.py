"""Names for the array types that cross the borders of this package's modules."""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I8 = NDArray[np.int8]
Bits = NDArray[np.uint32]
Bools = NDArray[np.bool_]
