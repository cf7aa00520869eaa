"""Computes the polynomial coefficients of src/kernel/transcendental that are marked as computed by this script.

Needs mpmath. Each polynomial interpolates its function at the Chebyshev nodes of the interval, which is within a small factor of
the minimax error; the error relative to the function that is built from it is printed beside.
"""

from struct import pack, unpack

from mpmath import cos, exp, log, lu_solve, matrix, mp, mpf, pi, polyval, sin, sqrt

mp.prec = 200


def interpolate(function, low, high, degree):
    """Coefficients, highest power first."""
    nodes = [
        (low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / (2 * degree + 2))
        for k in range(degree + 1)
    ]
    system = matrix([[node**power for power in range(degree, -1, -1)] for node in nodes])
    return list(lu_solve(system, matrix([function(node) for node in nodes])))


def rounded(value, single):
    return mpf(unpack("f", pack("f", value))[0]) if single else mpf(float(value))


def show(name, function, low, high, degree, single, weight):
    coefficients = [rounded(c, single) for c in interpolate(function, low, high, degree)]
    points = [low + (high - low) * k / 999 for k in range(1000)]
    error = max(
        abs((polyval(coefficients, x) - function(x)) * weight(x)) for x in points if x != 0
    )
    print(f"{name}: degree {degree}, error {float(log(error, 2)) if error else 0:.1f} bits")
    print("  [" + ", ".join(repr(float(c)) for c in coefficients) + "]")


def near_zero(function, series):
    """The function, by its first terms where cancellation would spoil it."""
    return lambda x: series(x) if abs(x) < mpf(2) ** -20 else function(x)


half = log(2) / 2 * mpf("1.0001")
exponential = near_zero(
    lambda r: (exp(r) - 1 - r) / r**2, lambda r: mpf(1) / 2 + r / 6 + r**2 / 24 + r**3 / 120
)
show("exp f64", exponential, -half, half, 10, False, lambda r: r**2)
show("exp f32", exponential, -half, half, 5, True, lambda r: r**2)

low, high = -log(2) / 4 * mpf("1.001"), 3 * log(2) / 4 * mpf("1.001")
show("exp f64, for tanh", exponential, low, high, 10, False, lambda r: r**2)
show("exp f32, for tanh", exponential, low, high, 5, True, lambda r: r**2)

square = (pi / 4 * mpf("1.0001")) ** 2
tiny = mpf(2) ** -60
sine = lambda z: (sin(sqrt(z)) - sqrt(z)) / (z * sqrt(z))
cosine = lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2
show("sin f32", sine, tiny, square, 2, True, lambda z: z)
show("cos f32", cosine, tiny, square, 2, True, lambda z: z**2)
