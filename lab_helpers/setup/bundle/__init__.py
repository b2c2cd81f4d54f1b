"""The workshop in one file, unpacked: what set-up would fetch comes from a stick or from the room.

On a bare Python, as it runs before anything is installed. `python3 workshop.bundle` starts what
`__main__` has here; what makes a bundle is `lab_helpers.setup.packing`.
"""
