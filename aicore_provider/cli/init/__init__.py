"""`aicore-provider init`: a new infrastructure repository."""
