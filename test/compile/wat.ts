/** Parts of the text of a WebAssembly module, for tests that look at what is in them. */

/** The text of a module as its lines. */
function linesOf(wat: string): readonly string[] {
  return wat.split("\n");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The bodies of the loops of a module, those of loops inside others included, each as its instructions. */
export function loopsOf(wat: string): readonly (readonly string[])[] {
  const lines = linesOf(wat);
  return lines.flatMap((line, begin) => {
    if (!line.trimStart().startsWith("loop ")) return [];
    const indent = indentOf(line);
    const length = lines.slice(begin + 1).findIndex((other) => indentOf(other) <= indent);
    return [lines.slice(begin + 1, begin + 1 + length).map((other) => other.trim())];
  });
}

/** The instructions of the function that a module exports to be run. */
export function mainOf(wat: string): readonly string[] {
  const lines = linesOf(wat);
  const begin = lines.findIndex((line) => line.trimStart().startsWith("(func $run "));
  const length = lines.slice(begin + 1).findIndex((line) => line.trim() === ")");
  return lines.slice(begin + 1, begin + 1 + length).map((line) => line.trim());
}

/** Whether an instruction reads or writes memory. */
export function touchesMemory(instruction: string): boolean {
  return /\.(load|store)|^memory\./.test(instruction);
}

/** The loops of a module that neither read nor write memory nor call anything. */
export function pureLoopsOf(wat: string): readonly (readonly string[])[] {
  return loopsOf(wat).filter(
    (loop) => !loop.some((one) => touchesMemory(one) || one.startsWith("call ")),
  );
}
