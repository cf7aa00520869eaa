"""Evaluates the cases in one library, checks the numbers, and keeps them as lines of JSON."""

import json
import sys
from pathlib import Path

import numpy as np
from tensorflow_cases.tensors import draw_weights, encode_tensor, encode_tensors

from .case import Case, Difference, Evaluation
from .cases import CASES
from .differences import DIFFERENCES
from .verify import TOLERANCE, disagreements, far_apart, verify_modes, verify_smooth


def draw_dyadic(name: str, like: np.ndarray) -> np.ndarray:
    """Weights or a direction in 64ths, which a cast to float32 does not round."""
    return np.round(draw_weights(name, np.float64, like.shape) * 64) / 64


def decode(tensor) -> np.ndarray:
    values = [float(value) for value in tensor["values"]]
    return np.array(values, tensor["dtype"]).reshape(tensor["shape"])


def decode_evaluation(case) -> Evaluation:
    tensors = ([decode(tensor) for tensor in case[key]] for key in ("gradients", "jacobians", "products"))
    return Evaluation(decode(case["value"]), *tensors)


class Recorder:
    """Collects cases and differences; `complaints` names the cases that did not pass their own check."""

    def __init__(self, library):
        self.library = library
        self.lines: list[str] = []
        self.differences: list[str] = []
        self.complaints: list[str] = []
        self.evaluations: dict[str, tuple[Case, Evaluation]] = {}

    def record_all(self) -> None:
        """Records every case and difference of the library."""
        for case in CASES:
            if self.library.name in case.libraries:
                self.case(case)
        for difference in DIFFERENCES:
            if self.library.name in difference.libraries:
                self.difference(difference)

    def case(self, case: Case) -> None:
        if case.name in self.evaluations:
            raise ValueError(f"{case.name} is there twice")
        function = self.library.programs[case.program]
        value = self.library.value(function, case.operands)
        weights = draw_dyadic(f"{case.name}, weights", value)
        tangents = [
            draw_dyadic(f"{case.name}, tangent {k}", operand) for k, operand in enumerate(case.operands)
        ]
        given = (function, case.operands, weights, tangents)
        evaluation = self.library.evaluate(*given)
        again = self.library.again(*given)
        if again is not None:
            self.complaints += verify_modes(case, evaluation, again, weights)
        if case.smooth:
            self.complaints += verify_smooth(self.library, case, function, evaluation, weights, tangents)
        self.evaluations[case.name] = (case, evaluation)
        fields = {
            "name": json.dumps(case.name),
            "program": json.dumps(case.program),
            "operands": encode_tensors(case.operands),
            "weights": encode_tensor(weights),
            "tangents": encode_tensors(tangents),
            "value": encode_tensor(evaluation.value),
            "gradients": encode_tensors(evaluation.gradients),
            "jacobians": encode_tensors(evaluation.jacobians),
            "products": encode_tensors(evaluation.products),
        }
        self.lines.append(self._object(fields))

    def difference(self, difference: Difference) -> None:
        """Records the derivatives that the library has, and those that gradtape has."""
        function, operands = self.library.programs[difference.program], difference.operands
        ones = np.ones_like(self.library.value(function, operands))
        directions = [np.ones_like(operand) for operand in operands]
        evaluation = self.library.evaluate(function, operands, ones, directions)
        found = evaluation.gradients if difference.order == 1 else evaluation.products
        if not any(far_apart(*pair, TOLERANCE) for pair in zip(found, difference.expected, strict=True)):
            self.complaints.append(f"{difference.name}: is no difference")
        fields = {
            "name": json.dumps(difference.name),
            "program": json.dumps(difference.program),
            "reason": json.dumps(difference.reason),
            "order": str(difference.order),
            "operands": encode_tensors(operands),
            "found": encode_tensors(found),
            "expected": encode_tensors(difference.expected),
        }
        self.differences.append(self._object(fields))

    def compare(self, other: str, text: str) -> int:
        """Compares with what another library has written, and tells how many cases both have."""
        both = [stored for stored in json.loads(text)["cases"] if stored["name"] in self.evaluations]
        for stored in both:
            case, evaluation = self.evaluations[stored["name"]]
            found = decode_evaluation(stored)
            self.complaints += disagreements(case.name, other, evaluation, found, TOLERANCE)
        return len(both)

    def write(self, file: str) -> int:
        """Writes the file, unless there are complaints; gives the exit code of the script."""
        for complaint in self.complaints:
            print(complaint, file=sys.stderr)
        if self.complaints:
            print(f"{len(self.complaints)} complaints, nothing written", file=sys.stderr)
            return 1
        text = self.to_json()
        Path(__file__).parent.with_name(file).write_text(text, encoding="utf-8")
        counts = f"{len(self.lines)} cases, {len(self.differences)} differences"
        print(f"{file}: {counts}, {len(text) / 1024:.0f} KiB")
        return 0

    def to_json(self) -> str:
        made_with = json.dumps(self.library.version)
        cases = ",\n".join(self.lines)
        differences = ",\n".join(self.differences)
        return f'{{"madeWith":{made_with},\n"cases":[\n{cases}\n],\n"differences":[\n{differences}\n]}}\n'

    def _object(self, fields: dict[str, str]) -> str:
        return "{" + ",".join(f'"{key}":{value}' for key, value in fields.items()) + "}"
