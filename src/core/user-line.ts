/** The line of the user's program in a stack: the first one outside the library. */

/** The folder of the library's own modules, as stacks show it. */
const LIBRARY = /* @__PURE__ */ new URL("..", import.meta.url).href.replace(/^file:\/\//, "");

/** File, line and column of the first frame outside the library; undefined where stacks do not tell. */
export function userLine(error: Error): string | undefined {
  const frames = (error.stack ?? "").split("\n").slice(1);
  for (const frame of frames) {
    const text = frame.trim();
    if (text.includes(LIBRARY) || text.includes("<anonymous>")) continue;
    const place = /\(?((?:file:|https?:|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(text);
    if (place !== null) return place[1];
  }
  return undefined;
}
