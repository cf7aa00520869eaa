"""Operands of the cases: arrays of each dtype, seeded random arrays, and their form in JSON."""

import json
import math
from zlib import crc32

import numpy as np


def f64(values) -> np.ndarray:
    return np.array(values, np.float64)


def f32(values) -> np.ndarray:
    return np.array(values, np.float32)


def i32(values) -> np.ndarray:
    return np.array(values, np.int32)


def boolean(values) -> np.ndarray:
    return np.array(values, np.bool_)


def draw(shape, seed: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Uniform float64 numbers of three decimals, the same for the same shape and seed."""
    generator = np.random.default_rng([seed, *shape])
    return np.round(generator.uniform(low, high, shape), 3)


def draw_weights(name: str, dtype, shape) -> np.ndarray:
    """Cotangents and second-order weights: non-uniform, of both signs, away from zero, fixed by the name."""
    generator = np.random.default_rng(crc32(name.encode()))
    magnitude = generator.uniform(0.25, 1.75, shape)
    sign = generator.choice([-1.0, 1.0], shape)
    return np.asarray(np.round(magnitude * sign, 3), dtype)


def is_floating(array: np.ndarray) -> bool:
    return np.issubdtype(array.dtype, np.floating)


def encode_number(value) -> str:
    """The shortest JSON number that reads back as the same float64 or, for a float32, as the same float32."""
    if isinstance(value, (np.bool_, bool, np.integer, int)):
        return str(int(value))
    number = float(str(value)) if isinstance(value, np.float32) else float(value)
    if math.isnan(number):
        return '"NaN"'
    if math.isinf(number):
        return '"Infinity"' if number > 0 else '"-Infinity"'
    if number == int(number) and abs(number) < 1e15:
        return "-0" if number == 0 and math.copysign(1, number) < 0 else str(int(number))
    return repr(number)


def encode_tensor(array: np.ndarray) -> str:
    values = ",".join(encode_number(value) for value in array.reshape(-1))
    shape = json.dumps(list(array.shape), separators=(",", ":"))
    return f'{{"dtype":"{array.dtype.name}","shape":{shape},"values":[{values}]}}'


def encode_tensors(arrays) -> str:
    return "[" + ",".join(encode_tensor(np.asarray(array)) for array in arrays) + "]"


def encode_argument(argument, operands: list) -> str:
    """An argument as JSON; every array in it is moved to `operands` and leaves a reference behind."""
    if isinstance(argument, np.ndarray):
        operands.append(argument)
        return f'{{"operand":{len(operands) - 1}}}'
    if isinstance(argument, dict):
        entries = (f'"{key}":{encode_argument(value, operands)}' for key, value in argument.items())
        return "{" + ",".join(entries) + "}"
    if isinstance(argument, (list, tuple)):
        return "[" + ",".join(encode_argument(entry, operands) for entry in argument) + "]"
    if isinstance(argument, (bool, str)):
        return json.dumps(argument)
    if isinstance(argument, float) and not math.isfinite(argument):
        return f'{{"number":{encode_number(argument)}}}'
    return encode_number(argument)
