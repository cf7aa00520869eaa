"""PyTorch: programs with loops and conditions, which run in Python: motion, iterations, recurrences."""

import torch
from torch.nn import functional as nn


def iterate(times: int, state, step):
    for _ in range(times):
        state = step(state)
    return state


def kepler(mean_anomaly, e):
    def step(angle):
        return angle - (angle - e * torch.sin(angle) - mean_anomaly) / (1 - e * torch.cos(angle))

    return iterate(6, mean_anomaly, step)


def runge_kutta(slope, y, h: float):
    k1 = slope(y)
    k2 = slope(y + h / 2 * k1)
    k3 = slope(y + h / 2 * k2)
    k4 = slope(y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def pendulum(state, parameters):
    gravity, friction = parameters

    def slope(y):
        return torch.stack([y[1], -(gravity * torch.sin(y[0]) + friction * y[1])])

    return iterate(4, state, lambda y: runge_kutta(slope, y, 0.2))


def lotka_volterra(state, rates):
    a, b, c, d = rates
    states = []
    for _ in range(4):
        prey, hunters = state
        state = state + 0.1 * torch.stack([prey * (a - b * hunters), hunters * (c * prey - d)])
        states.append(state)
    return torch.stack(states)


def heat(u, conductivity):
    return iterate(3, u, lambda x: x + conductivity * (torch.roll(x, 1) + torch.roll(x, -1) - 2 * x))


MOTION = {
    "kepler": kepler,
    "pendulum": pendulum,
    "lotkaVolterra": lotka_volterra,
    "heat": heat,
    "logisticMap": lambda rate, x: iterate(4, x, lambda y: rate * y * (1 - y)),
}


def power_iteration(a):
    def step(v):
        following = a @ v
        return following / torch.linalg.norm(following)

    vector = iterate(4, torch.ones(3), step)
    return vector @ (a @ vector)


def if_else(x, y):
    return x * torch.exp(y) if torch.sum(x) > torch.sum(y) else x**2 * torch.sin(y)


def while_loop(x):
    y = x
    while torch.max(y) < 50:
        y = y**2 + 0.5 * x
    return y


ITERATIONS = {
    "newtonRoot": lambda x: iterate(5, 1.0, lambda y: 0.5 * (y + x / y)),
    "arithmeticGeometricMean": lambda a, b: iterate(
        4, (a, b), lambda pair: (0.5 * (pair[0] + pair[1]), torch.sqrt(pair[0] * pair[1]))
    )[0],
    "continuedFraction": lambda x: iterate(5, x, lambda y: x + 1 / (1 + y**2)),
    "powerIteration": power_iteration,
    "ifElse": if_else,
    "whileLoop": while_loop,
}


def horner(x, coefficients):
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def chebyshev(x):
    values = [torch.ones_like(x), x]
    for _ in range(3):
        values.append(2 * x * values[-1] - values[-2])
    return torch.stack(values)


def bezier(points, t):
    row = list(points)
    while len(row) > 1:
        row = [(1 - t) * first + t * second for first, second in zip(row, row[1:])]
    return row[0]


def logsumexp_chain(x):
    return iterate(
        3, x, lambda y: torch.stack([torch.logsumexp(y, 0), torch.logsumexp(2 * y, 0), torch.mean(y)])
    )


def forward_algorithm(transitions, emissions):
    alpha = emissions[0]
    for emission in emissions[1:]:
        alpha = emission + torch.logsumexp(alpha[:, None] + transitions, 0)
    return torch.logsumexp(alpha, 0)


RECURSIONS = {
    "horner": horner,
    "chebyshev": chebyshev,
    "bezier": bezier,
    "logsumexpChain": logsumexp_chain,
    "forwardAlgorithm": forward_algorithm,
    "softmaxChain": lambda x: iterate(2, x, lambda y: nn.softmax(3 * y, -1)),
    "normChain": lambda x: iterate(3, x, lambda y: torch.sin(y) / torch.linalg.norm(y)),
}

PROGRAMS = {**MOTION, **ITERATIONS, **RECURSIONS}
