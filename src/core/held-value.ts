/** Values of variables that lie in the memory of a compiled program until somebody asks for them. */

import type { Tensor } from "./tensor.js";

/** A value that is copied into a tensor when it is first read. */
export interface HeldValue {
  /** @throws AllocationError when there is no memory for the copy; it can be read again. */
  read(): Tensor;
  /** Nobody will read it. */
  drop(): void;
}
