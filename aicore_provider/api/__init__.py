"""Typed client of the SAP AI Core API, as far as the product needs it. Knows nothing of Pulumi."""
