"""What a delivered message costs, here and elsewhere: `bin/bench` measures our chat beside others, all in turn.

What counts is the server's CPU for each delivery as a ratio to ours, for that survives a shared machine. All systems of
a shape are up at once with their people connected; each has a slice of a second or so, again and again in shuffled
order, and ratios are taken within a round. `load.c` is everybody: it sends, receives, counts, and reads the clocks.

`shapes.py` says what is done, `systems.py` and `other_chats.py` to whom, `rounds.py` in which order, `figures.py` what
that means, `goals.py` what it should be, `report.py` how it reads. A shape for what has piled up (`grown`) has its
place among the others in `shapes.py` and `measure()`.
"""
