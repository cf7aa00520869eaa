/** Matrix products as dot products of vectors along the inner axis, for few rows and a right operand that lies column by column. */

import type { FunctionReference } from "./function-builder.js";
import { DOTS, type DotShape, nameOf, rowDots } from "./matmul-dot-tile.js";
import {
  addConstant,
  addMultiple,
  callNamed,
  pushAtMost,
  type Setting,
  sharedFunction,
  whileAny,
  widthOf,
} from "./matmul-elements.js";

/** Columns that are taken with all rows before the next ones, so that they come from the cache again. */
const COLUMNS_AT_ONCE = 24;

/** The function for any number of rows; no size may be 0. */
export function dotsFunction(setting: Setting, shape: DotShape): FunctionReference {
  const parameters = Object.keys(DOTS).length;
  return sharedFunction(setting, `dots ${nameOf(shape)}`, parameters, (body) => {
    const [left, result, rows] = [body.local("i32"), body.local("i32"), body.local("i32")];
    whileAny(body, DOTS.columns, COLUMNS_AT_ONCE, () => {
      body.get(DOTS.left).set(left).get(DOTS.result).set(result).get(DOTS.rows).set(rows);
      whileAny(body, rows, shape.rows, () => {
        callNamed(body, rowDots(setting, shape), DOTS, {
          left: () => body.get(left),
          right: () => body.get(DOTS.right),
          result: () => body.get(result),
          rows: () => pushAtMost(body, rows, shape.rows),
          columns: () => pushAtMost(body, DOTS.columns, COLUMNS_AT_ONCE),
          inner: () => body.get(DOTS.inner),
          leftRow: () => body.get(DOTS.leftRow),
          rightColumn: () => body.get(DOTS.rightColumn),
          resultStep: () => body.get(DOTS.resultStep),
          add: () => body.get(DOTS.add),
          innerBlock: () => body.get(DOTS.innerBlock),
        });
        addMultiple(body, left, DOTS.leftRow, shape.rows);
        addMultiple(body, result, DOTS.resultStep, shape.rows);
      });
      addMultiple(body, DOTS.right, DOTS.rightColumn, COLUMNS_AT_ONCE);
      addConstant(body, DOTS.result, COLUMNS_AT_ONCE * widthOf(setting.type));
    });
  });
}
