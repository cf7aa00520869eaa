"""PyTorch: functions of two and three operands, element by element with broadcasting, and selection."""

import torch

from ..case import squared


def no_nan(divide: bool):
    """x / y or x · y, and 0 with gradient 0 where y is 0."""

    def function(x, y):
        is_zero = y == 0
        safe = torch.where(is_zero, 1, y)
        return torch.where(is_zero, 0, x / safe if divide else x * safe)

    return function


PROGRAMS = {
    "add": squared(torch.add),
    "addN": squared(lambda a, b, c: a + b + c),
    "atan2": torch.atan2,
    "biasAdd": squared(torch.add),
    "clipBetween": squared(torch.clamp),
    "divide": torch.divide,
    "divideByTwo": squared(lambda x: x / 2),
    "divideNoNan": no_nan(True),
    "floordivRest": lambda x, y: x * y - torch.floor(x / y),
    "floormod": squared(torch.remainder),
    "maximum": squared(torch.maximum),
    "maximumOf": torch.maximum,
    "minimum": squared(torch.minimum),
    "minimumOf": torch.minimum,
    "multiply": torch.multiply,
    "multiplyByItself": lambda x: x * x,
    "multiplyNoNan": no_nan(False),
    "multiplyThree": lambda x, y, z: x * y * z,
    "pow": torch.pow,
    "powCube": lambda x: x**3,
    "powOfTwo": lambda x: 2**x,
    "powHalf": lambda x: x**0.5,
    "powLess": lambda x: x**-1.5,
    "powSquare": lambda x: x**2,
    "reciprocalOf": lambda x: 1 / x,
    "squaredDifference": lambda x, y: torch.square(x - y),
    "subtract": squared(torch.subtract),
    "subtractFromOne": squared(lambda x: 1 - x),
    "where": lambda x, y: torch.where(x > y, x * y, y**2 + x),
    "whereMask": squared(lambda x, y: torch.where(torch.tensor([True, False, True]), x, y)),
    "whereNested": lambda x, y, z: torch.where(
        x < 0, torch.sin(x * y), torch.where(x > 1, torch.exp(y * z), x * z)
    ),
    "xlogy": torch.xlogy,
}
