/** The line of the user's program in a stack: the first one outside the library. */

/** The place in a frame of a stack, as engines write it: `at f (file:line:column)`, `at file:line:column`, `f@file:line:column`. */
const PLACE = /(?:\(|\bat |@)((?:file:|https?:|\/|[A-Za-z]:[\\/])[^()]*:\d+:\d+)\)?$/;

function placeOf(frame: string): string | undefined {
  return PLACE.exec(frame.trim())?.[1];
}

/** How the places of the library's modules begin: their folder, or the one file that they are bundled into. */
function libraryPlaces(): string | undefined {
  const own = (new Error().stack ?? "")
    .split("\n")
    .map(placeOf)
    .find((place) => place !== undefined);
  return own?.replace(/(?:core[\\/]user-line\.[jt]s)?:\d+:\d+$/, "");
}

/** File, line and column of the first frame outside the library; undefined where stacks do not tell. */
export function userLine(error: Error): string | undefined {
  const library = libraryPlaces();
  if (library === undefined) return undefined;
  for (const frame of (error.stack ?? "").split("\n").slice(1)) {
    const place = placeOf(frame);
    if (place !== undefined && !place.startsWith(library)) return place;
  }
  return undefined;
}
