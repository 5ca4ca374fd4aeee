"""What travels: archives that are the same bytes each time, a wheel that installs into an empty environment on every
Python that is here, types that other people's checkers see, one version everywhere, and what makes a release."""
