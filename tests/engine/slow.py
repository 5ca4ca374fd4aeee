"""A service that takes an hour, so that a command is found waiting."""

HOUR_S = 3600.0

SLOW = {"transitions": {"starting": {"seconds": HOUR_S}, "switching": {"seconds": HOUR_S}}}
