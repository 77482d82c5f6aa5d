"""`python -m client`: talk in a chat from a terminal."""

import sys

from .program import main

sys.exit(main(sys.argv[1:]))
