/** Installs the evaluator in dispatch: importing this module is what makes operations compute. */

import { evaluate } from "../backends/reference/evaluate.js";
import { installEvaluator } from "../core/dispatch.js";

installEvaluator(evaluate);
