/** Tests that import sources by their paths have the compiler from the beginning too, as programs on Node do. */

import "../src/runtime/install-compiler.js";
