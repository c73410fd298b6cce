"""The most memory this process ever had, for commands that tell what they needed."""

import re
import resource
from pathlib import Path


def peak() -> int:
    """In megabytes. The usual count (ru_maxrss) begins with what the process had that started this one."""
    try:
        found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        found = None
    kilobytes = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kilobytes / 1024)
