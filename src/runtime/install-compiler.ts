/** Installs the compiler to WebAssembly: importing this module makes it part of the program, so that nothing has to be loaded. */

import { wasmCompiler } from "../backends/wasm/kernel-compiler.js";
import { useKernelCompiler } from "./kernel-compiler.js";

useKernelCompiler(wasmCompiler);
