"""Complaints for everybody: the form, its receipt, following a case by receipt."""
