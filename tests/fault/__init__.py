"""The fault suite: people talk, things break, and a judge who knows only the public protocol decides.

`bin/fault` runs it; `docs/delivery.md` has the promises that it holds the chat to, and what was measured. A run is
made from a seed (`schedule.py`), played by people (`actors.py`) on a stage (`stage.py`) where faults are done
(`faults/`), and written down as it happens (`records.py`); `judge.py` and `recovery.py` read nothing but that.
"""
