"""Blocks of a page: cleaned, shown, read from HTML. A block is {"id", "type", "data"}; data by type:

paragraph {text}; header {text, level 2-4}; list {style ordered|unordered, items [{content, items}]}; quote {text,
caption}; callout {tone note|tip|warning, title, text}; table {withHeadings, content [[cell]]}; delimiter {}; image
{asset, caption, decorative}; audio {asset, caption}; video {asset or url, poster, caption}; file {asset, title}; link
{url, title, text}. Texts are inline HTML (see inline.py); links in them may name `asset:KEY` and `node:KEY`.
"""

from koinon.learning.engine.blocks.cleaning import block_id, cleaned, inline, is_active, line
from koinon.learning.engine.blocks.reading import from_html
from koinon.learning.engine.blocks.showing import Shown, addresses, assets, html, links, outline, shown, text, weight

__all__ = [
    "Shown", "addresses", "assets", "block_id", "cleaned", "from_html", "html", "inline", "is_active", "line", "links",
    "outline", "shown", "text", "weight",
]  # fmt: skip
