"""The rules of the policy pack, without an engine."""
