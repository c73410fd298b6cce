"""Parts of files (RFC 9110, section 14): a recording begins where somebody stopped, and a broken download goes on."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 64 * 1024


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of a Range header; None when the whole is to be sent: none, several or odd ranges.

    Raises ValueError for one that lies outside.
    """
    found = _ONE.fullmatch(header.strip())
    if not found or found[1] == found[2] == "":
        return None
    if not found[1]:
        length = int(found[2])
        if not length or not size:
            raise ValueError(header)
        return max(0, size - length), size - 1
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise ValueError(header)
    return first, last


def send(request: HttpRequest, path: Path, media_type: str) -> HttpResponseBase:
    """A file, or the part of it that was asked for (206), or 416 when that part is not there."""
    size = path.stat().st_size
    try:
        part = part_of(request.headers.get("Range", ""), size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        whole = FileResponse(path.open("rb"), content_type=media_type)
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = part
    answer = StreamingHttpResponse(_pieces(path, first, last), status=206, content_type=media_type)
    answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Content-Length"] = str(last - first + 1)
    answer["Accept-Ranges"] = "bytes"
    return answer


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as file:
        file.seek(first)
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
