"""JAX: functions of one operand, element by element, and activations of neural networks."""

import jax
import jax.numpy as jnp
from jax import lax, nn
from jax.scipy import special

from ..case import squared

PROGRAMS = {
    "abs": jnp.abs,
    "acos": jnp.arccos,
    "acosh": jnp.arccosh,
    "asin": jnp.arcsin,
    "asinh": jnp.arcsinh,
    "atan": jnp.arctan,
    "atanh": jnp.arctanh,
    "cast": squared(lambda x: x.astype(jnp.float32).astype(jnp.float64)),
    "ceilSteps": lambda x: x * jnp.ceil(x),
    "checkNumerics": squared(lambda x: x),
    "clip": lambda x: jnp.clip(x, -1, 1.5),
    "cos": jnp.cos,
    "cosh": jnp.cosh,
    "digamma": special.digamma,
    "elu": nn.elu,
    "erf": special.erf,
    "erfc": special.erfc,
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "floorSteps": lambda x: x * jnp.floor(x),
    "gelu": lambda x: nn.gelu(x, approximate=False),
    "geluByTanh": lambda x: nn.gelu(x, approximate=True),
    "identity": squared(lambda x: x),
    "leakyRelu": lambda x: nn.leaky_relu(x, 0.25),
    "lgamma": special.gammaln,
    "log": jnp.log,
    "log1p": jnp.log1p,
    "negative": squared(jnp.negative),
    "reciprocal": jnp.reciprocal,
    "relu": nn.relu,
    "relu6": nn.relu6,
    "roundSteps": lambda x: x * jnp.round(x),
    "rsqrt": lax.rsqrt,
    "selu": nn.selu,
    "sigmoid": jax.nn.sigmoid,
    "sign": jnp.sign,
    "silu": nn.silu,
    "sin": jnp.sin,
    "sinh": jnp.sinh,
    "softplus": nn.softplus,
    "softsign": nn.soft_sign,
    "sqrt": jnp.sqrt,
    "square": jnp.square,
    "stopGradient": lambda x: x * lax.stop_gradient(jnp.square(x)),
    "tan": jnp.tan,
    "tanh": jnp.tanh,
}
