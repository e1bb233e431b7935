"""Numbered migrations of the ledger; `mingbai migrate` runs them."""
