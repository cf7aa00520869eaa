"""JAX: test functions of optimisation, densities, geometry and physics."""

import math

import jax.numpy as jnp
from jax import nn
from jax.scipy.special import erf, gammaln, logsumexp


def normal_cdf(x):
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x):
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def ackley(x):
    return -20 * jnp.exp(-0.2 * jnp.sqrt(jnp.mean(x**2))) - jnp.exp(jnp.mean(jnp.cos(2 * math.pi * x)))


OPTIMISATION = {
    "rosenbrock": rosenbrock,
    "himmelblau": lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
    "beale": beale,
    "ackley": ackley,
    "rastrigin": lambda x: jnp.sum(x**2 - 10 * jnp.cos(2 * math.pi * x)),
    "huber": lambda x: jnp.where(jnp.abs(x) <= 1, 0.5 * x**2, jnp.abs(x) - 0.5),
    "softThreshold": lambda x, limit: jnp.sign(x) * jnp.maximum(jnp.abs(x) - limit, 0),
}


def mixture(logits, means, log_scales, data):
    z = (data[:, None] - means) / jnp.exp(log_scales)
    return jnp.sum(logsumexp(nn.log_softmax(logits) - log_scales - 0.5 * z**2, axis=1))


def beta_log_density(x, a, b):
    kernel = (a - 1) * jnp.log(x) + (b - 1) * jnp.log1p(-x)
    return kernel + gammaln(a + b) - gammaln(a) - gammaln(b)


def gamma_log_density(x, shape, rate):
    return shape * jnp.log(rate) + (shape - 1) * jnp.log(x) - rate * x - gammaln(shape)


def student_log_density(x, degrees):
    half = (degrees + 1) / 2
    scale = gammaln(half) - gammaln(degrees / 2)
    return scale - 0.5 * jnp.log(degrees) - half * jnp.log1p(x**2 / degrees)


def poisson_loss(x, w):
    rates = x @ w
    return jnp.sum(jnp.exp(rates) - jnp.array([2.0, 0, 3]) * rates)


def black_scholes(spot, strike, years, volatility):
    spread = volatility * jnp.sqrt(years)
    d1 = jnp.log(spot / strike) / spread + 0.5 * spread
    return spot * normal_cdf(d1) - strike * normal_cdf(d1 - spread)


def guarded(x, function):
    """The function where x is positive and 0 elsewhere, evaluated at positive numbers only."""
    return jnp.where(x > 0, function(jnp.where(x > 0, x, 1)), 0)


DENSITIES = {
    "mixtureLogLikelihood": mixture,
    "betaLogDensity": beta_log_density,
    "gammaLogDensity": gamma_log_density,
    "studentLogDensity": student_log_density,
    "poissonLoss": poisson_loss,
    "probit": lambda x: jnp.log(normal_cdf(x)),
    "blackScholes": black_scholes,
    "divergence": lambda p, q: jnp.sum(nn.softmax(p) * (nn.log_softmax(p) - nn.log_softmax(q))),
    "geometricMean": lambda x: jnp.exp(jnp.mean(jnp.log(x))),
    "harmonicMean": lambda x: 1 / jnp.mean(1 / x),
    "smoothMaximum": lambda x, sharpness: logsumexp(sharpness * x) / sharpness,
    "survival": lambda x: jnp.sum(jnp.cumprod(1 - nn.sigmoid(x))),
    "entropyUnsafe": lambda x: jnp.where(x > 0, x * jnp.log(x), 0),
    "rootUnsafe": lambda x: jnp.where(x > 0, jnp.sqrt(x), 0),
    "entropySafe": lambda x: guarded(x, lambda y: y * jnp.log(y)),
    "rootSafe": lambda x: guarded(x, jnp.sqrt),
}


def spherical(x):
    r, polar, azimuth = x
    ring = r * jnp.sin(polar)
    return jnp.stack([ring * jnp.cos(azimuth), ring * jnp.sin(azimuth), r * jnp.cos(polar)])


def determinant(m):
    a, b, c = m
    return jnp.sum(a * (jnp.roll(b, -1) * jnp.roll(c, -2) - jnp.roll(b, -2) * jnp.roll(c, -1)))


def inverse(m):
    (a, b), (c, d) = m
    return jnp.array([[d, -b], [-c, a]]) / (a * d - b * c)


def rotation(q, v):
    w, x, y, z = q / jnp.linalg.norm(q)
    rows = [
        [1 - 2 * y * y - 2 * z * z, 2 * x * y - 2 * w * z, 2 * x * z + 2 * w * y],
        [2 * x * y + 2 * w * z, 1 - 2 * x * x - 2 * z * z, 2 * y * z - 2 * w * x],
        [2 * x * z - 2 * w * y, 2 * y * z + 2 * w * x, 1 - 2 * x * x - 2 * y * y],
    ]
    return jnp.array(rows) @ v


def cosine_similarity(a, b):
    return jnp.sum(a * b, -1) / (jnp.linalg.norm(a, axis=-1) * jnp.linalg.norm(b, axis=-1))


def gravity(positions, masses):
    pairs = ((0, 1), (0, 2), (1, 2))
    return -sum(masses[i] * masses[j] / jnp.linalg.norm(positions[i] - positions[j]) for i, j in pairs)


def fourier(x):
    waves = x[:, None] * jnp.array([1.0, 2, 3])
    return jnp.concatenate([jnp.sin(waves), jnp.cos(waves)], 1)


GEOMETRY = {
    "polar": lambda r, angle: jnp.stack([r * jnp.cos(angle), r * jnp.sin(angle)]),
    "spherical": spherical,
    "determinant": determinant,
    "inverse": inverse,
    "rotation": rotation,
    "cosineSimilarity": cosine_similarity,
    "gaussianKernel": lambda x, y, width: jnp.exp(jnp.sum((x[:, None] - y[None]) ** 2, -1) / (-2 * width**2)),
    "gravity": gravity,
    "planck": lambda x, t: x**3 / jnp.expm1(x / t),
    "fourier": fourier,
    "vandermonde": lambda x, c: x[:, None] ** jnp.arange(4.0) @ c,
}

PROGRAMS = {**OPTIMISATION, **DENSITIES, **GEOMETRY}
