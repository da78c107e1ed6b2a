/** Lines of cells in columns for a terminal; those named are set to the right. No blanks at the ends of lines. */
export function printTable(lines: readonly (readonly string[])[], isRight: readonly boolean[]): string {
  const widths = isRight.map((_, column) => Math.max(0, ...lines.map((line) => lengthOf(line[column]))));
  return lines
    .map((line) => {
      const cells = line.map((cell, column) => {
        const blank = ' '.repeat((widths[column] ?? 0) - lengthOf(cell));
        return isRight[column] === true ? blank + cell : cell + blank;
      });
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** In characters: near enough to the width of what is in an export. */
function lengthOf(text = ''): number {
  return Array.from(text).length;
}
