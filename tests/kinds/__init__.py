"""What a kind does over a session, without Pulumi: the engine's part is played by the tests."""
