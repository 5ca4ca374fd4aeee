"""What a release is made of: archives, a list of what they need, notes, and the checks before it.

`make package` makes the first two in `dist/`; the workflow `.github/workflows/release.yml` does the same for a tag.
"""
