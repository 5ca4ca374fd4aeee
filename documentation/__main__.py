"""Writes the generated pages."""

from __future__ import annotations

from documentation.pages import DOCS, generated

if __name__ == "__main__":
    for path, text in generated().items():
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(text, encoding="utf-8")
