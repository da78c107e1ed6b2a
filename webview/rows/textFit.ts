import { cellPadding, type Measure } from './columnModel';

/** Texts whose width is remembered. */
const keptTexts = 4000;
/** Longer ones are cut in any column. */
const maxCharacters = 200;

/**
 * Tells of a cell's text whether it is sure to fit a width (CSS pixels, with the cell's paddings). Cells that clip their text are what a
 * browser paints slowest: only those that must do.
 */
export type TextFit = (text: string, font: 'mono' | 'ui', width: number) => boolean;

export function createTextFit(measure: Measure): TextFit {
  const kept = new Map<string, number>();
  const digit = measure('0', 'mono');
  const widthOf = (text: string): number => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= keptTexts) kept.clear();
    const width = measure(text, 'ui');
    kept.set(text, width);
    return width;
  };
  return (text, font, width) => {
    if (text === '') return true;
    if (text.length > maxCharacters) return false;
    // Digits and signs of a monospace font are all as wide as a digit.
    const isPlain = font === 'mono' && /^[\d.,:+\- ]*$/.test(text);
    return (isPlain ? text.length * digit : widthOf(text)) + cellPadding <= width;
  };
}
