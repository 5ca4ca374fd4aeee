"""The tests of this repository: one folder for each part of the product; `support` holds what several folders need."""
