"""LibreTranslate and everything that speaks its API (POST /translate)."""

from koinon.kit.languages.http import post
from koinon.kit.languages.machine import Unavailable


class Provider:
    """`address` is the server's root, `key` its API key or empty."""

    def __init__(self, *, address: str, key: str, model: str) -> None:
        self.address, self.key = address.rstrip("/"), key
        self.name = f"libretranslate {model}".strip()

    def translate(self, text: str, *, source: str, target: str) -> str:
        body = {"q": text, "source": source, "target": target, "format": "text"}
        answer = post(f"{self.address}/translate", {**body, **({"api_key": self.key} if self.key else {})}, {})
        if not isinstance(answer, dict) or not isinstance(answer.get("translatedText"), str):
            raise Unavailable("the translation server sent something else than a text")
        return str(answer["translatedText"])
