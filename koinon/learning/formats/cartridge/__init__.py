"""IMS Common Cartridge: 1.1 to 1.3 are read, 1.3 is written."""

from pathlib import Path

from koinon.learning.engine import manifests
from koinon.learning.formats import Format
from koinon.learning.formats.cartridge.reading import read
from koinon.learning.formats.cartridge.writing import write


def looks(path: Path) -> bool:
    found = manifests.raw(path)
    return found is not None and (b"Common Cartridge" in found or b"imsccv1p" in found)


FORMAT = Format(
    name="cartridge", title="Common Cartridge", looks=looks, read=read, write=write, suffix=".imscc", order=18
)
