"""The portal: a small Flask service around the public site, and everything that feeds it.

Kept empty: the child process that reads a roll imports this package, and needs none of the service.
"""
