"""The budgets of the page's design, measured on a signed-in room of the real program; `bin/budgets`."""
