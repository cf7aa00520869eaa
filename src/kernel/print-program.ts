/** Programs as text: a line for every loop nest and kernel, what is inside of others behind more space. */

import { formatType } from "../core/tensor.js";
import { programsIn } from "./memory-plan.js";
import type { Nest, NestAccess } from "./nest.js";
import type { Place, Program, Statement } from "./program.js";
import { liveInstructions } from "./scalar-code.js";

/** The statements of a program. */
export function printProgram(program: Program): readonly string[] {
  return program.statements.flatMap((statement) => [
    headOf(program, statement),
    ...epilogueLines(statement),
    ...programsIn(statement).flatMap((inner) => [
      `  ${inner.name}:`,
      ...printProgram(inner).map((line) => `    ${line}`),
    ]),
  ]);
}

function headOf(program: Program, statement: Statement): string {
  const typeOf = (array: number): string => formatType(program.arrays[array]!.type);
  const place = ({ array, type }: Place): string => `a${array}: ${formatType(type)}`;
  switch (statement.kind) {
    case "nest":
      return nestText(statement.nest, statement.arrays);
    case "operation": {
      const operands = statement.operands.map(place).join(", ");
      const results = statement.results.map((array) => `a${array}: ${typeOf(array)}`).join(", ");
      return `${results} = ${statement.node.op.name}(${operands})`;
    }
    case "addRows":
      return `a${statement.result}[${place(statement.indices)}] += ${place(statement.rows)}`;
    case "branch":
      return `${statement.results.map((array) => `a${array}`).join(", ")} = if ${place(statement.condition)}`;
    case "loop": {
      const { trip } = statement.attributes;
      const times = trip.kind === "count" ? `${trip.count} times` : "while";
      return `${statement.results.map((array) => `a${array}`).join(", ")} = loop ${times}`;
    }
  }
}

/** The nests that are part of a product, for some of its rows after others. */
function epilogueLines(statement: Statement): readonly string[] {
  if (statement.kind !== "operation" || statement.epilogue === undefined) return [];
  const { nests, places } = statement.epilogue;
  const where = [...places].map(([array, place]) => `, a${array} in the place of a${place}`);
  return [
    `  then with its rows, some after others${where.join("")}:`,
    ...nests.map(({ nest, arrays }) => `    ${nestText(nest, arrays)}`),
  ];
}

function nestText(
  { dims, reduced, operands, code, results }: Nest,
  arrays: readonly number[],
): string {
  const kept = dims.slice(0, dims.length - reduced).join(" x ");
  const inner = reduced === 0 ? "" : ` reduce ${dims.slice(dims.length - reduced).join(" x ")}`;
  const access = ({ array, offset, strides }: NestAccess): string => {
    const terms = strides.flatMap((stride, dim) =>
      stride === 0 ? [] : [stride === 1 ? `i${dim}` : `${stride} i${dim}`],
    );
    const at = offset === 0 && terms.length > 0 ? terms : [...terms, String(offset)];
    return `a${arrays[array]}[${at.join(" + ")}]`;
  };
  const live = liveInstructions(
    code,
    results.map(({ value }) => value),
  );
  const lines = code.flatMap(({ op, type, inputs, immediate }, value) => {
    if (!live[value]) return [];
    const what =
      op === "operand"
        ? access(operands[Number(immediate)]!)
        : op === "constant"
          ? String(immediate)
          : `${op}(${inputs.map((input) => `v${input}`).join(" ")})`;
    return [`v${value}: ${type} = ${what}`];
  });
  const stores = results.map(
    (result) =>
      `${access(result)} ${result.reducer === undefined ? "" : `${result.reducer} `}= v${result.value}`,
  );
  return `for ${kept === "" ? "1" : kept}${inner} { ${[...lines, ...stores].join("; ")} }`;
}
