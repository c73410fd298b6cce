"""Take the kept editor (Editor.js and its own tools) from node_modules into koinon/learning/static/learning/vendor.

    npm install @editorjs/editorjs@2.31.7 @editorjs/paragraph@2.11.7 @editorjs/header@2.8.9 @editorjs/list@2.0.9 \\
        @editorjs/quote@2.7.6 @editorjs/table@2.4.6 @editorjs/delimiter@1.4.2
    python tools/build_editor.py PATH/node_modules

Each file brings its look as a style element, which our policy refuses: the look goes into editor.css, the rest stays as
it was published, but for what its notifier would put into a style element (LOADER). The core and its tooltips leave
their own styles out when elements with the ids "editor-js-styles" and "codex-tooltips-style" are there: ours are links.
"""

import json
import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PARTS = {
    "editorjs": "editorjs.umd.js", "paragraph": "paragraph.umd.js", "header": "header.umd.js",
    "list": "editorjs-list.umd.js", "quote": "quote.umd.js", "table": "table.umd.js", "delimiter": "delimiter.umd.js",
}  # fmt: skip
HERE = Path(__file__).parents[1] / "koinon/learning/static/learning/vendor"
STYLE = re.compile(
    r'try\{if\(typeof document<"u"\)\{.*?\}catch\(\w\)\{console\.error\("vite-plugin-css-injected-by-js",\w\)\}',
    re.DOTALL,
)

LOADER = 'function A(k){var m=document.createElement("style")'


def main(modules: Path) -> None:
    codes, licences = [], []
    with sync_playwright() as play:
        page = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"]).new_page()
        page.set_content("<div id=e></div>")
        for name, file in PARTS.items():
            folder = modules / "@editorjs" / name
            facts = json.loads((folder / "package.json").read_text())
            code = (folder / "dist" / file).read_text()
            page.evaluate(code)
            code = code.replace(LOADER, LOADER.replace("style", "template"))
            bare, count = STYLE.subn("", code)
            if not count:
                raise SystemExit(f"{name} brings its look in another way now")
            codes.append(f"/* {facts['name']} {facts['version']}, {facts['license']} */\n{bare.strip()}\n")
            licences.append(f"{facts['name']} {facts['version']}\n\n{(folder / 'LICENSE').read_text().strip()}\n")
        page.evaluate("new Promise(done => { const made = new EditorJS({holder: 'e', onReady: done}) })")
        looks = page.evaluate("Array.from(document.querySelectorAll('style')).map(each => each.textContent)")
    HERE.mkdir(parents=True, exist_ok=True)
    (HERE / "editor.js").write_text("".join(codes))
    (HERE / "editor.css").write_text("\n".join(dict.fromkeys(look.strip() for look in looks)) + "\n")
    (HERE / "LICENSES.txt").write_text(("\n" + "=" * 80 + "\n\n").join(licences))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
