"""Writes pytorch.json: values, gradients, Jacobians and Hessian-vector products of PyTorch.

The stored file was made on x86-64 Linux with Python 3.11.7, torch 2.15.0 and numpy 2.4.6, after jax.json:

    python3 -m venv venv
    venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python test/golden/make-pytorch.py

modes.test.ts compares with the file. The operands are fixed numbers or drawn with fixed seeds, so a second
run writes the same file, up to the last digits that another processor or release may give.

Before a case is kept it is checked here: against central differences unless the case is marked as not
smooth at its point, and against jax.json, to twelve digits, where JAX has the case too.

The format is that of jax.json; see make-jax.py. The programs are in mode_cases/torch_programs.
"""

import sys
from pathlib import Path

import torch

from mode_cases.library_pytorch import PyTorch
from mode_cases.recorder import Recorder


def main() -> int:
    torch.set_num_threads(1)  # so that sums have one order
    recorder = Recorder(PyTorch())
    recorder.record_all()
    shared = recorder.compare("JAX", Path(__file__).with_name("jax.json").read_text(encoding="utf-8"))
    print(f"{shared} cases are those of JAX too")
    return recorder.write("pytorch.json")


if __name__ == "__main__":
    sys.exit(main())
