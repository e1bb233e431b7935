"""The desk: what staff do in a browser. Only a process of the role desk or all has it."""
