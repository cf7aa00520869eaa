"""JAX: products summed over axes."""

import jax.numpy as jnp

PROGRAMS = {
    "matmul": jnp.matmul,
    "matmulFirstTransposed": lambda a, b: jnp.swapaxes(a, -1, -2) @ b,
    "matmulSecondTransposed": lambda a, b: a @ jnp.swapaxes(b, -1, -2),
    "matmulThree": lambda a, b, c: a @ b @ c,
    "gram": lambda a: a.T @ a,
    "matvec": lambda a, b: (a @ b[..., None])[..., 0],
    "matvecTransposed": lambda a, b: (jnp.swapaxes(a, -1, -2) @ b[..., None])[..., 0],
    "tensordotOuter": lambda a, b: jnp.tensordot(a, b, 0),
    "tensordot": lambda a, b: jnp.tensordot(a, b, 1),
    "tensordotTwo": lambda a, b: jnp.tensordot(a, b, 2),
    "tensordotNamed": lambda a, b: jnp.tensordot(a, b, ((1, 0), (2, 0))),
    "einsumProduct": lambda a, b: jnp.einsum("ij,jk->ki", a, b),
    "einsumDiagonal": lambda a: jnp.einsum("ii->i", a) ** 2,
    "einsumTrace": lambda a: jnp.einsum("ii->", a) ** 2,
    "einsumOuter": lambda a, b: jnp.einsum("i,j->ij", a, b),
    "einsumInner": lambda a, b: jnp.einsum("ij,ij->", a, b),
    "einsumBilinear": lambda a, b, c: jnp.einsum("bi,ij,bj->b", a, b, c),
    "einsumBatches": lambda a, b: jnp.einsum("...ij,jk->...ik", a, b),
    "einsumScores": lambda a, b: jnp.einsum("bqhd,bkhd->bhqk", a, b),
    "quadraticForm": lambda a, x: x @ (a @ x),
    "matrixPower": lambda a: a @ (a @ a),
}
