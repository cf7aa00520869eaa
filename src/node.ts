/** The public names for Node, where the compiler to WebAssembly is part of the program. */

import "./runtime/install-compiler.js";

export * from "./index.js";
