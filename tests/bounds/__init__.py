"""What one person can do to the others by being slow, fast, many or broken, and how little of it the chat lets through.

`bin/bounds` does it to the real program and prints what was seen beside what is allowed. Each bound is a module that
measures and returns findings; `tests/integration/test_bounds.py` has them in small.
"""
