/** Every row of the benchmark, in the order in which they are run. */

import type { Row } from "../row.js";
import { scalarChain } from "./scalar-chain.js";

export const rows: readonly Row[] = [scalarChain];
