"""Writes tensorflow.json: values and derivatives of TensorFlow 2, which tensorflow.test.ts compares with.

The stored file was made on x86-64 Linux with Python 3.11.7, tensorflow-cpu 2.21.0 and numpy 2.4.6:

    python3 -m venv venv
    venv/bin/pip install tensorflow-cpu==2.21.0 numpy==2.4.6
    venv/bin/python test/golden/make-tensorflow.py

The inputs are fixed numbers or drawn with fixed seeds, so a second run writes the same file, up to the
last digits that another processor or release may give.

Before a case is kept it is checked here: derivatives of both orders against central differences (unless
the case is marked as not smooth at its point), and float32 results against the same case in float64.

The file is one object:
  cases        what both libraries agree on; tensorflow.test.ts evaluates every one. `golden.ts` states the format.
  differences  where gradtape departs from TensorFlow, with the reason and TensorFlow's own result.
"""

import os
import sys
from pathlib import Path

# Blocked oneDNN kernels sum in an order that depends on the processor; plain kernels do not.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

from tensorflow_cases import (  # noqa: E402 - the environment is read when TensorFlow is imported
    arrays,
    binary,
    contractions,
    convolutions,
    creation,
    differences,
    indexing,
    integers,
    losses,
    reductions,
    single_precision,
    special_points,
    unary,
)
from tensorflow_cases.recorder import Recorder  # noqa: E402

GROUPS = (
    unary,
    binary,
    reductions,
    arrays,
    indexing,
    contractions,
    losses,
    convolutions,
    special_points,
    single_precision,
    integers,
    creation,
    differences,
)


def main() -> int:
    recorder = Recorder()
    for group in GROUPS:
        group.record(recorder)
    for complaint in recorder.complaints:
        print(complaint, file=sys.stderr)
    if recorder.complaints:
        print(f"{len(recorder.complaints)} complaints, nothing written", file=sys.stderr)
        return 1
    path = Path(__file__).with_name("tensorflow.json")
    text = recorder.to_json()
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {recorder.summary()}, {len(text) / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
