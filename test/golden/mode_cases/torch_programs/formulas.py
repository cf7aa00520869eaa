"""PyTorch: test functions of optimisation, densities, geometry and physics."""

import math

import torch
from torch.nn import functional as nn


def normal_cdf(x):
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def rosenbrock(x):
    return torch.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x):
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def ackley(x):
    return -20 * torch.exp(-0.2 * torch.sqrt(torch.mean(x**2))) - torch.exp(
        torch.mean(torch.cos(2 * math.pi * x))
    )


OPTIMISATION = {
    "rosenbrock": rosenbrock,
    "himmelblau": lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
    "beale": beale,
    "ackley": ackley,
    "rastrigin": lambda x: torch.sum(x**2 - 10 * torch.cos(2 * math.pi * x)),
    "huber": lambda x: torch.where(torch.abs(x) <= 1, 0.5 * x**2, torch.abs(x) - 0.5),
    "softThreshold": lambda x, limit: torch.sign(x) * nn.relu(torch.abs(x) - limit),
}


def mixture(logits, means, log_scales, data):
    z = (data[:, None] - means) / torch.exp(log_scales)
    return torch.sum(torch.logsumexp(nn.log_softmax(logits, -1) - log_scales - 0.5 * z**2, 1))


def beta_log_density(x, a, b):
    kernel = (a - 1) * torch.log(x) + (b - 1) * torch.log1p(-x)
    return kernel + torch.lgamma(a + b) - torch.lgamma(a) - torch.lgamma(b)


def gamma_log_density(x, shape, rate):
    return shape * torch.log(rate) + (shape - 1) * torch.log(x) - rate * x - torch.lgamma(shape)


def student_log_density(x, degrees):
    half = (degrees + 1) / 2
    scale = torch.lgamma(half) - torch.lgamma(degrees / 2)
    return scale - 0.5 * torch.log(degrees) - half * torch.log1p(x**2 / degrees)


def poisson_loss(x, w):
    rates = x @ w
    return torch.sum(torch.exp(rates) - torch.tensor([2.0, 0, 3]) * rates)


def black_scholes(spot, strike, years, volatility):
    spread = volatility * torch.sqrt(years)
    d1 = torch.log(spot / strike) / spread + 0.5 * spread
    return spot * normal_cdf(d1) - strike * normal_cdf(d1 - spread)


def guarded(x, function):
    """The function where x is positive and 0 elsewhere, evaluated at positive numbers only."""
    return torch.where(x > 0, function(torch.where(x > 0, x, 1)), 0)


DENSITIES = {
    "mixtureLogLikelihood": mixture,
    "betaLogDensity": beta_log_density,
    "gammaLogDensity": gamma_log_density,
    "studentLogDensity": student_log_density,
    "poissonLoss": poisson_loss,
    "probit": lambda x: torch.log(normal_cdf(x)),
    "blackScholes": black_scholes,
    "divergence": lambda p, q: nn.kl_div(
        nn.log_softmax(q, -1), nn.log_softmax(p, -1), reduction="sum", log_target=True
    ),
    "geometricMean": lambda x: torch.exp(torch.mean(torch.log(x))),
    "harmonicMean": lambda x: 1 / torch.mean(1 / x),
    "smoothMaximum": lambda x, sharpness: torch.logsumexp(sharpness * x, 0) / sharpness,
    "survival": lambda x: torch.sum(torch.cumprod(1 - torch.sigmoid(x), 0)),
    "entropyUnsafe": lambda x: torch.where(x > 0, x * torch.log(x), 0),
    "rootUnsafe": lambda x: torch.where(x > 0, torch.sqrt(x), 0),
    "entropySafe": lambda x: guarded(x, lambda y: y * torch.log(y)),
    "rootSafe": lambda x: guarded(x, torch.sqrt),
}


def spherical(x):
    r, polar, azimuth = x
    ring = r * torch.sin(polar)
    return torch.stack([ring * torch.cos(azimuth), ring * torch.sin(azimuth), r * torch.cos(polar)])


def determinant(m):
    a, b, c = m
    return torch.sum(a * (torch.roll(b, -1) * torch.roll(c, -2) - torch.roll(b, -2) * torch.roll(c, -1)))


def inverse(m):
    (a, b), (c, d) = m
    return torch.stack([d, -b, -c, a]).reshape(2, 2) / (a * d - b * c)


def rotation(q, v):
    w, x, y, z = q / torch.linalg.norm(q)
    rows = [
        [1 - 2 * y * y - 2 * z * z, 2 * x * y - 2 * w * z, 2 * x * z + 2 * w * y],
        [2 * x * y + 2 * w * z, 1 - 2 * x * x - 2 * z * z, 2 * y * z - 2 * w * x],
        [2 * x * z - 2 * w * y, 2 * y * z + 2 * w * x, 1 - 2 * x * x - 2 * y * y],
    ]
    return torch.stack([torch.stack(row) for row in rows]) @ v


def cosine_similarity(a, b):
    return torch.sum(a * b, -1) / (torch.linalg.norm(a, dim=-1) * torch.linalg.norm(b, dim=-1))


def gravity(positions, masses):
    pairs = ((0, 1), (0, 2), (1, 2))
    return -sum(masses[i] * masses[j] / torch.linalg.norm(positions[i] - positions[j]) for i, j in pairs)


def fourier(x):
    waves = x[:, None] * torch.tensor([1.0, 2, 3])
    return torch.cat([torch.sin(waves), torch.cos(waves)], 1)


GEOMETRY = {
    "polar": lambda r, angle: torch.stack([r * torch.cos(angle), r * torch.sin(angle)]),
    "spherical": spherical,
    "determinant": determinant,
    "inverse": inverse,
    "rotation": rotation,
    "cosineSimilarity": cosine_similarity,
    "gaussianKernel": lambda x, y, width: torch.exp(
        torch.sum((x[:, None] - y[None]) ** 2, -1) / (-2 * width**2)
    ),
    "gravity": gravity,
    "planck": lambda x, t: x**3 / torch.expm1(x / t),
    "fourier": fourier,
    "vandermonde": lambda x, c: x[:, None] ** torch.arange(4.0) @ c,
}

PROGRAMS = {**OPTIMISATION, **DENSITIES, **GEOMETRY}
