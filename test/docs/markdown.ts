/** The parts of a Markdown file that the tests look at: code blocks, headings, sections, code spans and links. */

/** A fenced block of code. */
export interface CodeBlock {
  readonly language: string;
  readonly code: string;
  /** The line of the file that the code begins in, counted from 1. */
  readonly line: number;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks in their order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map((match) => ({
    language: match[1]!,
    code: match[2]!,
    line: markdown.slice(0, match.index).split("\n").length + 1,
  }));
}

/** The text between the fenced blocks. */
export function prose(markdown: string): string {
  return markdown.replaceAll(FENCE, "");
}

/** A heading and how deep it is. */
export interface Heading {
  readonly level: number;
  readonly text: string;
}

/** The headings in their order. */
export function headings(markdown: string): Heading[] {
  return [...prose(markdown).matchAll(/^(#+) (.+)$/gm)].map((match) => ({
    level: match[1]!.length,
    text: match[2]!,
  }));
}

/**
 * What follows a heading of the second level, up to the next one.
 *
 * @throws Error when there is no such heading.
 */
export function section(markdown: string, title: string): string {
  const found = markdown.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (found === undefined) throw new Error(`there is no section "${title}"`);
  return found.slice(title.length);
}

/** What is written `like this` outside of the fenced blocks, in its order. */
export function codeSpans(markdown: string): string[] {
  return [...prose(markdown).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** Where the links lead, in their order. */
export function links(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
}

/** How many rows and columns each table has, in the order of the tables. */
export function tableSizes(markdown: string): string[] {
  return [...prose(markdown).matchAll(/^(?:\|.*\|\n)+/gm)].map(([table]) => {
    const rows = table.trimEnd().split("\n");
    return `${rows.length} rows of ${rows.map((row) => row.split("|").length - 2).join(", ")}`;
  });
}
