/** The tool over TensorFlow.js as a program; its argument is the backend, "wasm" or "cpu". */

import { start } from "../start.js";

await start(new URL("./main.ts", import.meta.url));
