/** How the tests run: against the TypeScript sources, on two workers that can be told to collect. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradtape$/, replacement: source("node.ts") },
      { find: /^gradtape\/testing$/, replacement: source("testing/index.ts") },
      { find: /^gradtape\/lint$/, replacement: source("lint/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    setupFiles: ["test/setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--expose-gc"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
