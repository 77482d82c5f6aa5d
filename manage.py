#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Carry out a command. A knob that cannot be used is named in a sentence, without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    try:
        django.setup()
    except OSError as problem:
        sys.exit(f"chat: DATA_DIR cannot be used: {problem.strerror}: {problem.filename}")
    except (ImproperlyConfigured, ValueError) as problem:
        cause = str(problem.__cause__ or "")
        sys.exit(f"chat: {problem}" + (f": {cause}" if cause not in str(problem) else ""))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
