/** Where the values of a graph are in its program, as those see it who write its statements. */

import type { TensorType } from "../core/tensor.js";
import type { Place } from "./program.js";

export interface Placement {
  typeOf(value: number): TensorType;
  /** The array of a value that is in memory. */
  arrayOf(value: number): number;
  placeOf(value: number): Place;
  /** A place whose elements lie side by side, if need be of a copy. */
  denseOf(value: number): Place;
  /** A place all of whose elements lie behind the first, if need be of a copy. */
  forwardOf(value: number): Place;
  newArray(type: TensorType): number;
}
