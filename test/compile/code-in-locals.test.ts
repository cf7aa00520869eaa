/** Compiled code outside of loops: scalars and small arrays stay in locals from one statement to the next. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectEqual, expectSame } from "./comparing.js";
import { double, integer, some, times } from "./loops.js";
import { mainOf, touchesMemory } from "./wat.js";

describe("code without loops", () => {
  it("of scalars reads its inputs, computes, and writes its output", () => {
    const wat = expectEqual((x, y) => [x.mul(y).add(x).div(y.sub(x))], double(3), double(5));
    expect(mainOf(wat).filter(touchesMemory)).toHaveLength(3);
    expect(mainOf(wat).some((one) => one.startsWith("call "))).toBe(false);
  });

  it("between loops keeps in locals what they give", () => {
    const wat = expectEqual(
      (n, x) => {
        const [a] = times(n, (_, own) => [own.mul(0.5).add(1)], x);
        const b = a!.mul(3).sub(x);
        const [c] = times(n, (_, own) => [own.mul(b).sub(a!)], b);
        return [c!.add(b)];
      },
      integer(8),
      double(0.75),
    );
    const stores = mainOf(wat).filter((one) => one.includes(".store"));
    expect(stores).toHaveLength(1);
  });

  it("with a condition", () => {
    expectSame(
      (x, y) => {
        const z = x.mul(2);
        const w = tf.cond(
          tf.less(z, y),
          () => z.mul(y),
          () => tf.sin(z),
        ) as tf.Tensor;
        return [w.add(z), w];
      },
      double(1.5),
      double(3.5),
    );
  });

  it("with more values than a function may have locals", () => {
    const far = (x: tf.Tensor): tf.Tensor => {
      let y = x;
      for (let step = 0; step < 12; step++) y = tf.sin(y.mul(1.5));
      return y;
    };
    const wat = expectEqual(
      (x, ...limits) => {
        const results = limits.map((limit) =>
          tf.cond(
            tf.less(x, limit),
            () => far(x.add(limit)),
            () => far(x.sub(limit)).neg(),
          ),
        );
        return [tf.addN(results as tf.Tensor[])];
      },
      ...Array.from({ length: 41 }, (_, place) => double(place / 20)),
    );
    expect(mainOf(wat).some((one) => one.startsWith("call $f"))).toBe(true);
  });

  it("that is longer than one function may be", () => {
    expectSame(
      (x, y) => {
        let [a, b] = [x, y];
        for (let step = 0; step < 900; step++) {
          [a, b] = [b.mul(0.99).add(a.mul(0.01)), a.sub(b.mul(0.02 + step * 1e-5))];
        }
        return [a, b];
      },
      some("x", 2),
      some("y", 2),
    );
  });
});
