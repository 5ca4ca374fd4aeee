"""Typed client of the SAP AI Core API, as far as the product needs it: `client.AICore`. Knows nothing of Pulumi."""
