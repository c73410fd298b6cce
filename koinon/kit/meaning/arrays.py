"""numpy for those who may never need it: loaded at the first use, not at import; and types of arrays by their numbers.

A web process computes with no array, but its modules meet those that do; numpy takes 12 MB of each server.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Doubles = NDArray[np.float64]
    Wholes = NDArray[np.int64]
else:
    Floats = Doubles = Wholes = Any

    class _Numpy:
        def __getattr__(self, name: str) -> Any:
            import numpy

            found = getattr(numpy, name)
            setattr(self, name, found)
            return found

    np = _Numpy()

__all__ = ["Doubles", "Floats", "Wholes", "np"]
