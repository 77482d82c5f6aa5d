"""A worker takes as many connections as the machine lets it have."""

import subprocess
import sys

PROGRAM = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
from chatproject.server import take_descriptors
take_descriptors()
soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
assert soft == hard != 256, (soft, hard)
"""


def test_the_soft_limit_of_descriptors_is_raised_to_the_hard_one():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
