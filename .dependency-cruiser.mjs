/** Which folder of src may import which: only itself and the folders before it, and never in a circle. */

const layers = [
  "core",
  "graph",
  "ops",
  "transform",
  "autodiff",
  "control",
  "passes",
  "kernel",
  "backends",
  "runtime",
  "inspect",
  "optimizers",
  "io",
  "testing",
  "cli",
  "namespaces",
];

const downwardOnly = layers.slice(0, -1).map((layer, position) => ({
  name: `${layer}-imports-only-what-is-above-it`,
  comment: "A folder of src imports only from itself and from the folders listed before it.",
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${layers.slice(position + 1).join("|")})/` },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...downwardOnly,
    {
      name: "no-circle",
      comment: "Modules never import each other in a circle, not even for types.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "index-is-the-top",
      comment: "src/index.ts names what users see; nothing inside imports it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/node\\.ts$" },
      to: { path: "^src/(index|node)\\.ts$" },
    },
    {
      name: "lint-stands-alone",
      comment: "The lint rule runs inside ESLint, so it imports nothing of the library.",
      severity: "error",
      from: { path: "^src/lint/" },
      to: { path: "^src/", pathNot: "^src/lint/" },
    },
    {
      name: "nothing-imports-lint",
      comment: "The lint rule is an entry point of its own.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/lint/" },
      to: { path: "^src/lint/" },
    },
    {
      name: "known-folders-only",
      comment: "Every folder of src has its place in the list above.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/((index|node)\\.ts$|lint/|(${layers.join("|")})/)` },
      to: {},
    },
    {
      name: "known-targets-only",
      comment: "Every folder of src has its place in the list above.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/", pathNot: `^src/((index|node)\\.ts$|lint/|(${layers.join("|")})/)` },
    },
    {
      name: "no-run-time-dependency",
      comment: "The library runs in browsers and Node with nothing installed beside it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { pathNot: "^src/" },
    },
    {
      name: "resolvable",
      comment: "Every import leads to a file.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.build.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "default"],
    },
  },
};
