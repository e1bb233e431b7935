"""The site before the county says go: closed to the public, open to staff who ask for it."""
