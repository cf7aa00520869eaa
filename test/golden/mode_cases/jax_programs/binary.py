"""JAX: functions of two and three operands, element by element with broadcasting, and selection."""

import jax.numpy as jnp
from jax.scipy import special

from ..case import squared


def no_nan(divide: bool):
    """x / y or x · y, and 0 with gradient 0 where y is 0."""

    def function(x, y):
        is_zero = y == 0
        safe = jnp.where(is_zero, 1, y)
        return jnp.where(is_zero, 0, x / safe if divide else x * safe)

    return function


PROGRAMS = {
    "add": squared(jnp.add),
    "addN": squared(lambda a, b, c: a + b + c),
    "atan2": jnp.arctan2,
    "biasAdd": squared(jnp.add),
    "clipBetween": squared(jnp.clip),
    "divide": jnp.divide,
    "divideByTwo": squared(lambda x: x / 2),
    "divideNoNan": no_nan(True),
    "floordivRest": lambda x, y: x * y - jnp.floor(x / y),
    "floormod": squared(jnp.mod),
    "maximum": squared(jnp.maximum),
    "maximumOf": jnp.maximum,
    "minimum": squared(jnp.minimum),
    "minimumOf": jnp.minimum,
    "multiply": jnp.multiply,
    "multiplyByItself": lambda x: x * x,
    "multiplyNoNan": no_nan(False),
    "multiplyThree": lambda x, y, z: x * y * z,
    "pow": jnp.power,
    "powCube": lambda x: x**3,
    "powOfTwo": lambda x: 2**x,
    "powHalf": lambda x: x**0.5,
    "powLess": lambda x: x**-1.5,
    "powSquare": lambda x: x**2,
    "reciprocalOf": lambda x: 1 / x,
    "squaredDifference": lambda x, y: jnp.square(x - y),
    "subtract": squared(jnp.subtract),
    "subtractFromOne": squared(lambda x: 1 - x),
    "where": lambda x, y: jnp.where(x > y, x * y, y**2 + x),
    "whereMask": squared(lambda x, y: jnp.where(jnp.array([True, False, True]), x, y)),
    "whereNested": lambda x, y, z: jnp.where(x < 0, jnp.sin(x * y), jnp.where(x > 1, jnp.exp(y * z), x * z)),
    "xlogy": special.xlogy,
}
