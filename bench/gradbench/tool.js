/** The tool over gradtape as a program. */

import { start } from "./start.js";

await start(new URL("./main.ts", import.meta.url));
