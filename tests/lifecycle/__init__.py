"""How a deployment is brought to what is declared: which action follows from which observation, when waiting ends, what
people read, and when an object counts as gone. All time is on one stepped clock."""
