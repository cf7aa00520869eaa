"""JAX as a library: the value of a program and its derivatives, in forward and in reverse mode."""

import jax
import numpy as np
from jax import numpy as jnp

from .case import Evaluation
from .jax_programs import PROGRAMS

jax.config.update("jax_enable_x64", True)


def to_numpy(arrays) -> list[np.ndarray]:
    return [np.asarray(array) for array in arrays]


class Jax:
    name = "JAX"
    version = f"JAX {jax.__version__}, numpy {np.__version__}"
    programs = PROGRAMS

    def value(self, function, operands) -> np.ndarray:
        return np.asarray(function(*map(jnp.asarray, operands)))

    def gradients(self, function, operands, weights) -> list[np.ndarray]:
        _, pullback = jax.vjp(function, *map(jnp.asarray, operands))
        return to_numpy(pullback(jnp.asarray(weights)))

    def evaluate(self, function, operands, weights, tangents) -> Evaluation:
        """Gradients and Jacobians by reverse mode, Hessian-vector products by forward over reverse."""
        xs, vs = tuple(map(jnp.asarray, operands)), tuple(map(jnp.asarray, tangents))
        every = tuple(range(len(xs)))
        gradient = jax.grad(self._weighted(function, weights), every)
        return Evaluation(
            self.value(function, operands),
            self.gradients(function, operands, weights),
            to_numpy(jax.jacrev(function, every)(*xs)),
            to_numpy(jax.jvp(gradient, xs, vs)[1]),
        )

    def again(self, function, operands, weights, tangents) -> Evaluation:
        """The same with Jacobians by forward mode and Hessian-vector products by reverse over reverse."""
        xs = tuple(map(jnp.asarray, operands))
        every = tuple(range(len(xs)))
        gradient = jax.grad(self._weighted(function, weights), every)

        def along(*points):
            return sum(jnp.sum(g * v) for g, v in zip(gradient(*points), tangents))

        return Evaluation(
            self.value(function, operands),
            self.gradients(function, operands, weights),
            to_numpy(jax.jacfwd(function, every)(*xs)),
            to_numpy(jax.grad(along, every)(*xs)),
        )

    def _weighted(self, function, weights):
        return lambda *points: jnp.sum(weights * function(*points))
