"""`aicore-provider export`: writes what a tenant holds as a stack file.

`survey` reads the tenant, `document` decides what becomes of each object, and `file_text` writes the stack file.
"""
