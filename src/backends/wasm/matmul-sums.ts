/** Sums of float32 products in float64, for inner axes that are too long for float32, and zeros. */

import type { FunctionReference } from "./function-builder.js";
import { addConstant, type Setting, sharedFunction, whileLeft } from "./matmul-elements.js";

/** The function (address: i32, count: i32) -> () that writes zeros to so many times 4 bytes. */
export function zerosFunction(setting: Setting): FunctionReference {
  return sharedFunction(setting, "zeros", 2, (body) => {
    whileLeft(body, 1, 4, () => {
      body.get(0).splat("i32", 0).memory("v128.store");
      addConstant(body, 0, 16);
    });
    whileLeft(body, 1, 1, () => {
      body.get(0).constant("i32", 0).memory("i32.store");
      addConstant(body, 0, 4);
    });
  });
}

/** The function (elements of f32: i32, sums of f64: i32, count: i32) -> () that adds elements to sums. */
export function widenFunction(setting: Setting): FunctionReference {
  return sharedFunction(setting, "widen", 3, (body) => {
    whileLeft(body, 2, 2, () => {
      body.get(1).get(0).memory("v128.load64_zero").op("f64x2.promote_low_f32x4");
      body.get(1).memory("v128.load").op("f64x2.add").memory("v128.store");
      addConstant(body, 0, 8);
      addConstant(body, 1, 16);
    });
    whileLeft(body, 2, 1, () => {
      body.get(1).get(0).memory("f32.load").op("f64.promote_f32");
      body.get(1).memory("f64.load").op("f64.add").memory("f64.store");
      addConstant(body, 0, 4);
      addConstant(body, 1, 8);
    });
  });
}

/** The function (sums of f64: i32, result of f32: i32, count: i32, add: i32) -> () that rounds sums, plus what the result holds if `add`. */
export function narrowFunction(setting: Setting): FunctionReference {
  return sharedFunction(setting, "narrow", 4, (body) => {
    const sum = body.local("f64");
    whileLeft(body, 2, 1, () => {
      body.get(0).memory("f64.load").set(sum);
      body.get(3).if(() => {
        body.get(1).memory("f32.load").op("f64.promote_f32").get(sum).op("f64.add").set(sum);
      });
      body.get(1).get(sum).op("f32.demote_f64").memory("f32.store");
      addConstant(body, 0, 8);
      addConstant(body, 1, 4);
    });
  });
}
