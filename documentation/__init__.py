"""The documentation site: what MkDocs does beyond itself, and the pages that are made from the code.

`python -m documentation`, or `make docs-pages`, writes the generated pages.
"""
