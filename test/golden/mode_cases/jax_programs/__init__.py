"""The programs in JAX, by name."""

from . import arrays, binary, contractions, elementwise, formulas, layers, networks, recurrences, reductions

GROUPS = (elementwise, binary, reductions, arrays, contractions, networks, layers, formulas, recurrences)

PROGRAMS = {name: function for group in GROUPS for name, function in group.PROGRAMS.items()}
