"""Every case, in the order of the files."""

from . import arrays, binary, elementwise, products, programs, reductions, special_points

GROUPS = (elementwise, binary, reductions, arrays, products, programs, special_points)

CASES = [entry for group in GROUPS for entry in group.CASES]
