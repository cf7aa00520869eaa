"""Evaluates a case in TensorFlow, with its first and second derivatives, and keeps it as a line of JSON."""

import json
import re

import numpy as np
import tensorflow as tf

from .evaluate import Evaluation, evaluate
from .tensors import draw_weights, encode_argument, encode_number, encode_tensors, is_floating
from .verify import verify_precision, verify_smooth


def snake_case(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: "_" + letter.group().lower(), name)


def resolve(call: str):
    """TensorFlow's function of a public gradtape name; the name must be the shortest one TensorFlow exports."""
    *namespaces, name = snake_case(call).split(".")
    if namespaces == ["math"] and hasattr(tf, name):
        raise ValueError(f"{call} is exported at top level")
    found = tf
    for part in [*namespaces, name]:
        found = getattr(found, part)
    return found


def substitute(argument, tensors: list):
    """The argument with each array replaced by the next of `tensors`."""
    if isinstance(argument, np.ndarray):
        return tensors.pop(0)
    if isinstance(argument, dict):
        return {snake_case(key): substitute(value, tensors) for key, value in argument.items()}
    if isinstance(argument, (list, tuple)):
        return [substitute(entry, tensors) for entry in argument]
    return argument


class Recorder:
    """Collects cases and differences; `complaints` names the cases that did not pass their own check."""

    def __init__(self):
        self.lines: list[str] = []
        self.differences: list[str] = []
        self.complaints: list[str] = []
        self.names: set[str] = set()
        self.counts = {"cases": 0, "with a gradient": 0, "with second order": 0}

    def case(
        self,
        name: str,
        call: str,
        *arguments,
        oracle=None,
        wrt=None,
        second_order: bool = True,
        smooth: bool = True,
        compare: str = "tensor",
        tolerance: float | None = None,
        note: str | None = None,
    ) -> None:
        """Records `call(*arguments)`; arrays among the arguments are its operands, a dict at the end its options.

        oracle        what TensorFlow computes, as a function of the operands, where its own call differs from ours
        wrt           operands to differentiate; every floating one, if the outputs are floating, by default
        smooth        whether the derivatives here are limits of difference quotients
        compare       "tensor": errors are relative to the largest element; "element": to each element by itself
        """
        if name in self.names:
            raise ValueError(f"{name} is there twice")
        self.names.add(name)
        operands: list[np.ndarray] = []
        encoded = [encode_argument(argument, operands) for argument in arguments]
        exported = resolve(call)
        function = oracle or self._apply(exported, arguments)
        outputs = evaluate(function, operands).outputs
        if wrt is None:
            floating = all(is_floating(output) for output in outputs)
            wrt = [k for k, operand in enumerate(operands) if floating and is_floating(operand)]
        evaluation = self._differentiate(name, function, operands, outputs, wrt, second_order)
        self.complaints += verify_smooth(name, function, operands, evaluation) if smooth else []
        self.complaints += verify_precision(name, function, operands, evaluation, tolerance)
        fields = {
            "name": json.dumps(name),
            "call": json.dumps(call),
            "operands": encode_tensors(operands),
            "arguments": "[" + ",".join(encoded) + "]",
            **self._encode(evaluation),
        }
        if compare != "tensor":
            fields["compare"] = json.dumps(compare)
        if tolerance is not None:
            fields["tolerance"] = encode_number(tolerance)
        if note is not None:
            fields["note"] = json.dumps(note)
        self.lines.append(self._object(fields))
        self.counts["cases"] += 1
        self.counts["with a gradient"] += bool(wrt)
        self.counts["with second order"] += bool(evaluation.second_gradients)

    def difference(
        self, name: str, reason: str, program: str, function, operands, wrt=None, second_order: bool = False
    ) -> None:
        """Records what TensorFlow gives where gradtape gives something else, for the reason stated."""
        fields = {
            "name": json.dumps(name),
            "reason": json.dumps(reason),
            "program": json.dumps(program),
            "operands": encode_tensors(operands),
        }
        try:
            outputs = evaluate(function, operands).outputs
            wrt = list(range(len(operands))) if wrt is None else wrt
            evaluation = self._differentiate(name, function, operands, outputs, wrt, second_order)
            fields |= self._encode(evaluation)
        except (tf.errors.OpError, LookupError) as error:
            fields["error"] = json.dumps(re.sub(r"\{\{.*?\}\} ?| \[Op:.*", "", str(error)))
        self.differences.append(self._object(fields))

    def to_json(self) -> str:
        made_with = json.dumps(f"TensorFlow {tf.__version__}, numpy {np.__version__}")
        cases = ",\n".join(self.lines)
        differences = ",\n".join(self.differences)
        return f'{{"madeWith":{made_with},\n"cases":[\n{cases}\n],\n"differences":[\n{differences}\n]}}\n'

    def summary(self) -> str:
        counts = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        return f"{counts}, {len(self.differences)} differences"

    def _apply(self, function, arguments):
        options = arguments[-1] if arguments and isinstance(arguments[-1], dict) else None

        def apply(*tensors):
            remaining = list(tensors)
            converted = [substitute(argument, remaining) for argument in arguments]
            return function(*converted[:-1], **converted[-1]) if options is not None else function(*converted)

        return apply

    def _differentiate(self, name, function, operands, outputs, wrt, second_order) -> Evaluation:
        cotangents = [
            draw_weights(f"{name}, cotangent {k}", output.dtype, output.shape)
            for k, output in enumerate(outputs if wrt else [])
        ]
        weights = [
            draw_weights(f"{name}, weight {k}", operands[k].dtype, operands[k].shape)
            for k in (wrt if second_order else [])
        ]
        return evaluate(function, operands, wrt, cotangents, weights)

    def _encode(self, evaluation: Evaluation) -> dict[str, str]:
        fields = {"outputs": encode_tensors(evaluation.outputs)}
        if evaluation.wrt:
            fields["outputGradients"] = encode_tensors(evaluation.cotangents)
            fields["wrt"] = json.dumps(evaluation.wrt, separators=(",", ":"))
            fields["gradients"] = encode_tensors(evaluation.gradients)
        if evaluation.second_gradients:
            weights = encode_tensors(evaluation.weights)
            gradients = encode_tensors(evaluation.second_gradients)
            fields["secondOrder"] = f'{{"weights":{weights},"gradients":{gradients}}}'
        return fields

    def _object(self, fields: dict[str, str]) -> str:
        return "{" + ",".join(f'"{key}":{value}' for key, value in fields.items()) + "}"
