"""What all machines share: their steps are counted, and those that need the page's modules have a node."""

import sys
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.machines.node import Node


class Machine(RuleBasedStateMachine):
    """
    A state machine. `steps`: how many it has gone, in all its schedules.

    `begin` is its only `initialize` rule. After the last step comes `end`, which heals everything and looks again,
    unless something is wrong already; and in any case `close`.
    """

    steps: ClassVar[int] = 0
    schedules: ClassVar[int] = 0
    node: ClassVar[Node]

    def __init__(self) -> None:
        super().__init__()
        type(self).schedules += 1
        self.has_begun = False

    @invariant()
    def count_the_step(self) -> None:
        if self.has_begun:
            type(self).steps += 1
        self.has_begun = self.has_begun or not self._initialize_rules_to_run

    def end(self) -> None:
        """Let everything work again, and see that it ends well."""

    def close(self) -> None:
        """Let go of what it holds."""

    def teardown(self) -> None:
        if not self.has_begun:
            return
        try:
            if sys.exc_info()[0] is None:
                self.end()
        finally:
            self.close()
