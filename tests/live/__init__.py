"""The rules that the emulator follows, as tests that a real tenant can be put to: `make test-live`.

Without `--live` the same tests run against the emulator. A test that passes there and fails at a tenant names a rule
that is wrong in the emulator; the table of rules (docs/emulator-rules.md) says which test is about which rule.

Nothing is touched that was not made here: all work is done in a resource group of its own, which is deleted at the end.
"""
