"""Cases of shapes, joining, slicing, padding, diagonals and indices."""

from tensorflow_cases.tensors import draw

from ..case import case

# The shapes of the operands of each program.
SHAPES = {
    "broadcastTo": [[2, 1, 3]],
    "expandDims": [[2, 3]],
    "reshape": [[2, 3]],
    "squeeze": [[1, 3, 1]],
    "tile": [[1, 2]],
    "transpose": [[2, 3]],
    "transposeCycle": [[2, 1, 3]],
    "concat": [[2, 1], [2, 2]],
    "concatRows": [[1, 2], [2, 2]],
    "stack": [[3], [3]],
    "stackLast": [[2], [2]],
    "unstack": [[2, 3]],
    "unstackLast": [[2, 3]],
    "split": [[2, 4]],
    "splitSizes": [[4]],
    "at": [[2, 3]],
    "slice": [[4, 3]],
    "stridedSlice": [[4, 3]],
    "stridedSliceBack": [[4, 3]],
    "overlaps": [[4]],
    "reverse": [[2, 3]],
    "roll": [[5]],
    "rollBoth": [[2, 3]],
    "pad": [[2, 2]],
    "padWith": [[2, 2], []],
    "padReflect": [[3, 3]],
    "padSymmetric": [[2, 2]],
    "bandPart": [[3, 3]],
    "diag": [[3]],
    "diagAbove": [[2]],
    "diagPart": [[3, 3]],
    "setDiag": [[3, 3], [3]],
    "trace": [[3, 3]],
    "booleanMask": [[3, 2]],
    "gather": [[3, 2]],
    "gatherColumns": [[2, 3]],
    "gatherBatch": [[2, 3]],
    "gatherNd": [[2, 3]],
    "oneHot": [[], []],
    "scatterNd": [[3]],
    "scatterAdd": [[3], [3]],
    "scatterUpdate": [[3], [2]],
    "fill": [[]],
    "linspace": [[], []],
}

CASES = [
    *(
        case(program, *(draw(shape, 361 + k) for k, shape in enumerate(shapes)))
        for program, shapes in SHAPES.items()
    ),
    case("unstack", draw([2], 371), at="scalars"),
    case("concat", draw([1, 2], 372), draw([1, 1], 373), at="one row"),
    case("gather", draw([3], 374), at="elements"),
    case("scatterAdd", draw([3, 2], 375), draw([3, 2], 376), at="rows"),
    case("scatterUpdate", draw([3, 2], 377), draw([2, 2], 378), at="rows"),
    case("roll", draw([3, 2], 379), at="rows"),
    case("booleanMask", draw([3], 380), at="elements"),
]
