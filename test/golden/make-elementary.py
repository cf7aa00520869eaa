"""Writes elementary.json: elementary and special functions at chosen doubles, rounded correctly.

Run with Python 3 and mpmath 1.3 or newer, in this folder: python make-elementary.py

Every value is computed with 50 decimal digits and then with twice as many, until two results in a row round to
the same double, so that neither cancellation nor an internal tolerance of mpmath shows. The seed is fixed: the file
comes out the same every time.

The file maps a function's name to its arguments, one string of doubles for each, and to its values. Numbers
are separated by spaces and written so that they read back exactly; NaN and Infinity are written as in JavaScript.
"""

import json
import math
import random
import struct
from pathlib import Path

from mpmath import mp, mpf

GREATEST = 1.7976931348623157e308
LEAST_NORMAL = 2.2250738585072014e-308
LEAST = 5e-324

draw = random.Random(20240229)


def nearest_double(value):
    """Rounds a multiprecision number to the nearest double, subnormal ones included."""
    value = mpf(value)
    if mp.isnan(value):
        return math.nan
    if mp.isinf(value) or abs(value) > mpf(2) ** 1025:
        return math.inf if value > 0 else -math.inf
    if abs(value) < mpf(2) ** -1080:
        return 0.0
    _, significand, exponent, _ = value._mpf_
    sign = -1 if value < 0 else 1
    try:
        if exponent >= 0:
            return sign * float(int(significand) << exponent)
        return sign * (int(significand) / (1 << -exponent))
    except OverflowError:
        return sign * math.inf


def rounded(function, arguments):
    """The function's value at exact doubles, correctly rounded."""
    digits = 50
    previous = None
    while True:
        with mp.workdps(digits):
            value = function(*(mpf(argument) for argument in arguments))
            if isinstance(value, mp.mpc):
                raise ValueError(f"a complex value at {arguments}")
            result = nearest_double(value)
        if result == previous:
            return result
        previous = result
        digits *= 2
        if digits > 4000:
            raise ValueError(f"no agreement at {arguments}")


def sign():
    return draw.choice((-1.0, 1.0))


def uniform(low, high, count):
    return [draw.uniform(low, high) for _ in range(count)]


def spread(low, high, count):
    """Positive numbers, evenly spread over orders of magnitude."""
    return [math.exp(draw.uniform(math.log(low), math.log(high))) for _ in range(count)]


def both(numbers):
    return [sign() * number for number in numbers]


def near(center, low, high, count):
    """Numbers whose distance from the center is spread over orders of magnitude."""
    return [center + sign() * distance for distance in spread(low, high, count)]


def any_double(count):
    """Doubles of random bits: every magnitude, subnormal ones seldom."""
    numbers = []
    while len(numbers) < count:
        number = struct.unpack("<d", draw.randbytes(8))[0]
        if math.isfinite(number):
            numbers.append(number)
    return numbers


def positive_double(count):
    return [abs(number) for number in any_double(count)]


def near_multiples_of_quarter_turns(count):
    with mp.workdps(50):
        return [
            sign() * float(draw.randint(1, 10 ** draw.randint(1, 15)) * mp.pi / 2)
            for _ in range(count)
        ]


TINY = [LEAST, -LEAST, 3 * LEAST, LEAST_NORMAL, -LEAST_NORMAL, 1e-310, 1e-300, -1e-200, 1e-17]
ANGLES = (
    TINY
    + [math.pi, -math.pi / 2, math.pi / 4, 6381956970095103 * 2.0**797, 1e22, GREATEST, 2.0**1023]
    + both(spread(1e-9, 1, 50))
    + uniform(-10, 10, 60)
    + both(spread(10, 1e5, 40))
    + both(spread(1e5, GREATEST, 60))
    + near_multiples_of_quarter_turns(40)
)
UNIT_INTERVAL = (
    TINY
    + [0.5, -0.5, 1 - 2.0**-53, -1 + 2.0**-53]
    + uniform(-1, 1, 120)
    + both(spread(1e-12, 0.1, 40))
    + [sign() * (1 - distance) for distance in spread(1e-15, 0.1, 60)]
)
HYPERBOLIC = (
    TINY
    + [710.4758600739439, -710.4758600739439, 22.0, 709.782712893384]
    + uniform(-3, 3, 80)
    + both(spread(1e-9, 1, 60))
    + uniform(-40, 40, 40)
    + uniform(-710.4, 710.4, 60)
)
REAL = TINY + both(spread(1e-9, 1, 60)) + uniform(-5, 5, 80) + both(spread(5, GREATEST, 80))
LOGISTIC = (
    [-745.1, -744.0, -709.0, -708.0, 36.0, 37.0, 1e-300, -LEAST]
    + uniform(-745, 40, 80)
    + uniform(-40, 40, 80)
    + both(spread(1e-12, 1, 40))
)
GAMMA_RIGHT = (
    [LEAST, 1e-310, LEAST_NORMAL, 1e-100, 1e-17, 0.5, 1.5, 2.5, 3.0, 8.0, 10.0, 171.5, 1e15, 1e300]
    + uniform(0, 3, 80)
    + uniform(0, 40, 60)
    + spread(1e-20, 1, 20)
    + spread(40, 2.5e305, 40)
    + near(1, 1e-15, 0.3, 30)
    + near(2, 1e-15, 0.3, 30)
    + near(1.4616321449683622, 1e-15, 0.2, 40)
)
GAMMA_LEFT = [
    x
    for x in [-1e-310, -1e-17, -0.5, -1.5, -2.5, -100.5, -4503599627370495.5]
    + uniform(-6, 0, 80)
    + uniform(-40, 0, 40)
    + uniform(-1e6, -1, 40)
    + [near(-draw.randint(0, 20), 1e-12, 0.3, 1)[0] for _ in range(60)]
    + near(-2.4570247382208006, 1e-6, 0.1, 20)
    + near(-0.5040830082644554, 1e-6, 0.1, 20)
    if x < 0 and x != math.floor(x)
]

UNARY = {
    "exp": (
        mp.exp,
        TINY
        + [709.782712893384, -745.1332191019411, -708.4, 1.0, -1.0]
        + uniform(-745, 709.7, 120)
        + uniform(-1, 1, 60)
        + both(spread(1e-17, 1, 40))
        + uniform(-745, -708, 30),
    ),
    "log": (
        mp.log,
        [x for x in TINY if x > 0]
        + [GREATEST, 0.5, 2.0, math.sqrt(2), math.sqrt(0.5), 1 - 2.0**-53, 1 + 2.0**-52]
        + positive_double(80)
        + near(1, 1e-15, 0.5, 80)
        + uniform(0, 10, 60)
        + [draw.randint(1, 2**40) * LEAST for _ in range(20)],
    ),
    "sin": (mp.sin, ANGLES),
    "cos": (mp.cos, ANGLES),
    "tan": (mp.tan, ANGLES),
    "asin": (mp.asin, UNIT_INTERVAL),
    "acos": (mp.acos, UNIT_INTERVAL),
    "atan": (mp.atan, REAL),
    "sinh": (mp.sinh, HYPERBOLIC),
    "cosh": (mp.cosh, HYPERBOLIC),
    "tanh": (mp.tanh, TINY + HYPERBOLIC + uniform(-1, 1, 60)),
    "asinh": (mp.asinh, REAL),
    "acosh": (
        mp.acosh,
        [1 + 2.0**-52, GREATEST]
        + uniform(1, 5, 80)
        + [1 + distance for distance in spread(1e-15, 1, 80)]
        + spread(2, GREATEST, 60),
    ),
    "atanh": (mp.atanh, UNIT_INTERVAL),
    "expm1": (
        mp.expm1,
        TINY
        + [709.782712893384, -0.6931471805599453, 0.34657359027997264]
        + both(spread(1e-17, 1, 80))
        + uniform(-2, 2, 80)
        + uniform(-50, 709.7, 60),
    ),
    "log1p": (
        mp.log1p,
        TINY
        + [GREATEST, -1 + 2.0**-53]
        + both(spread(1e-17, 0.9, 80))
        + uniform(-1, 2, 80)
        + [-1 + distance for distance in spread(1e-15, 0.1, 40)]
        + spread(1, GREATEST, 40),
    ),
    "cbrt": (
        lambda x: mp.sign(x) * mp.cbrt(abs(x)),
        TINY + [8.0, -27.0, GREATEST] + any_double(80) + uniform(-10, 10, 80),
    ),
    "sqrt": (mp.sqrt, [LEAST, 1e-310, GREATEST, 2.0] + positive_double(80) + uniform(0, 10, 40)),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), LOGISTIC),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), LOGISTIC + spread(40, GREATEST, 20)),
    "erf": (
        mp.erf,
        TINY
        + [0.84375, 1.25, 1 / 0.35, 5.9, 5.99]
        + both(spread(1e-15, 0.1, 40))
        + uniform(-3, 3, 100)
        + uniform(-7, 7, 60),
    ),
    "erfc": (
        mp.erfc,
        [1e-300, -1e-17, 0.25, 0.84375, 1.25, 1 / 0.35, 26.5, 26.54, 27.0, 27.2]
        + uniform(-7, 3, 100)
        + uniform(0, 26.5, 100)
        + uniform(26.5, 27.2, 20),
    ),
    "lgamma": (
        lambda x: mp.loggamma(x) if x > 0 else mp.log(mp.pi / abs(x * mp.sinpi(x))) - mp.loggamma(-x),
        GAMMA_RIGHT + GAMMA_LEFT,
    ),
    "digamma": (mp.digamma, [x for x in GAMMA_RIGHT + GAMMA_LEFT if abs(x) > 1e-308]),
}


def normal_quantile(p):
    """The inverse of the normal distribution function; the smaller tail is solved for on a logarithmic scale."""
    if p > 0.5:
        return -normal_quantile(1 - p)
    if p > 0.1:
        return -mp.sqrt(2) * mp.erfinv(1 - 2 * p)
    target = mp.log(p)
    start = -mp.sqrt(-2 * target) * 0.9
    return mp.findroot(lambda z: mp.log(mp.erfc(-z / mp.sqrt(2)) / 2) - target, start)


UNARY["normalQuantile"] = (
    normal_quantile,
    [LEAST, 1e-310, 1e-100, 0.075, 0.925, 0.025, 0.975, 1 - 2.0**-53, 1.389e-11]
    + uniform(0, 1, 100)
    + spread(1e-320, 0.01, 50)
    + [1 - distance for distance in spread(1e-15, 0.1, 50)]
    + near(0.5, 1e-15, 0.4, 30),
)


def power_arguments():
    """Pairs for the power function: ordinary ones, and those where a small error of a logarithm grows large."""
    pairs = [(2.0, 0.5), (-2.0, 3.0), (10.0, 308.0), (LEAST, 0.5), (LEAST, 1 / 3), (3.0, -2.0)]
    for _ in range(80):
        pairs.append((draw.uniform(0, 10), draw.uniform(-50, 50)))
        pairs.append((draw.uniform(-10, 10), float(draw.randint(-60, 60))))
        base = positive_double(1)[0]
        pairs.append((base, draw.uniform(-700, 700) / math.log(base)))
        base = 1 + sign() * spread(1e-15, 0.1, 1)[0]
        pairs.append((base, draw.uniform(-700, 700) / math.log(base)))
    for base in spread(1e-200, 1e200, 20):
        pairs.append((base, draw.uniform(-745, -708) / math.log(base)))
    return pairs


def polygamma_arguments():
    pairs = [(1.0, 1.0), (2.0, 1e-50), (1.0, 1e200), (3.0, 1e15), (170.0, 0.7), (100.0, 250.0)]
    pairs += [(float(draw.randint(1, 8)), x) for x in spread(1e-10, 1e8, 80)]
    pairs += [(float(draw.randint(1, 8)), x) for x in uniform(0.1, 30, 80)]
    pairs += [(float(draw.randint(9, 120)), x) for x in uniform(0.3, 100, 40)]
    pairs += [(float(draw.randint(1, 6)), x) for x in uniform(-12, 0, 60)]
    return pairs


def zeta_arguments():
    pairs = [(2.0, 1.0), (1.5, 1e300), (3.0, 1e-60), (60.0, 12.0), (1.0000001, 2.0)]
    pairs += [(1 + s, q) for s, q in zip(spread(1e-5, 40, 80), spread(1e-3, 1e4, 80))]
    pairs += [(float(draw.randint(2, 6)), q) for q in uniform(-8, 0, 40)]
    return pairs


def hurwitz_zeta(s, q):
    """mpmath continues the function differently to negative q, so the recurrence leads there."""
    total = mpf(0)
    while q < 0:
        total += q ** -int(s)
        q += 1
    return total + mp.zeta(s, q)


BINARY = {
    "power": (mp.power, power_arguments()),
    "atan2": (mp.atan2, [tuple(uniform(-3, 3, 2)) for _ in range(100)] + [tuple(any_double(2)) for _ in range(100)]),
    "hypot": (
        mp.hypot,
        [tuple(uniform(-3, 3, 2)) for _ in range(80)]
        + [(x, draw.uniform(-5, 5) * x) for x in both(spread(1e-305, 1e305, 80))],
    ),
    "polygamma": (
        lambda n, x: (-1) ** (int(n) + 1) * mp.factorial(n) * hurwitz_zeta(n + 1, x),
        polygamma_arguments(),
    ),
    "hurwitzZeta": (hurwitz_zeta, zeta_arguments()),
}


def text(numbers):
    names = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return " ".join("NaN" if x != x else names.get(x) or repr(x) for x in numbers)


def main():
    functions = {}
    tables = {name: (f, [(x,) for x in xs]) for name, (f, xs) in UNARY.items()} | BINARY
    for name, (function, points) in tables.items():
        values = [rounded(function, point) for point in points]
        functions[name] = {
            "arguments": [text(column) for column in zip(*points)],
            "values": text(values),
        }
        print(name, len(points))
    target = Path(__file__).with_name("elementary.json")
    target.write_text(json.dumps(functions, indent=2, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
