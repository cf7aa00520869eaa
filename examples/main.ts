/** The main job, `npm start`: the tutorial, then a classifier of handwritten digits. */

import { digits } from "./digits/digits.js";
import { tutorial } from "./tutorial.js";

const start = performance.now();
tutorial();
digits();
console.log(`\nDone in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
