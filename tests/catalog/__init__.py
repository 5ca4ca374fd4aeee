"""What is said about models: findings about a wanted model, proposed upgrades, and how catalogues are read."""
