"""What a deployment needs next (`decide`), and the loop that does it (`reconcile`). Knows nothing of Pulumi."""
