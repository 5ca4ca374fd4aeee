"""The provider plugin: its package schema, its functions, and what its previews tell."""
