"""Writes jax.json: values, gradients, Jacobians and Hessian-vector products of JAX, for modes.test.ts.

The stored file was made on x86-64 Linux with Python 3.11.7, jax 0.10.2 and numpy 2.4.6:

    python3 -m venv venv
    venv/bin/pip install jax==0.10.2 numpy==2.4.6
    venv/bin/python test/golden/make-jax.py

It takes some ten minutes, nearly all of them for compilation. The operands are fixed numbers or drawn with
fixed seeds, so a second run writes the same file, up to the last digits that another processor or release
may give.

Before a case is kept it is checked here: Jacobians of reverse mode against those of forward mode, products
of forward over reverse against those of reverse over reverse, gradients against Jacobians, and all of them
against central differences unless the case is marked as not smooth at its point. `make-pytorch.py`, which
runs afterwards, compares the cases that both libraries have.

The file is one object, as that of PyTorch:
  cases        what the library and gradtape agree on: a program by name, its operands, and of the result y
               the value, the gradients of Σ weights · y, the Jacobians, and the Hessian of that sum times the
               tangents. The programs are in mode_cases/jax_programs and, for gradtape, in mode-programs.
  differences  where gradtape departs from the library: the reason, what was found, and what gradtape has.
"""

import os
import sys

os.environ["JAX_PLATFORMS"] = "cpu"

from mode_cases.library_jax import Jax  # noqa: E402 - the environment is read when JAX is imported
from mode_cases.recorder import Recorder  # noqa: E402


def main() -> int:
    recorder = Recorder(Jax())
    recorder.record_all()
    return recorder.write("jax.json")


if __name__ == "__main__":
    sys.exit(main())
