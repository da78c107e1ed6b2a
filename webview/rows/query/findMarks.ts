import type { FindTest } from '../../../src/core/rowFilter';

/** Marks what was found in the cells on screen (masked ones are not searched), by the browser's own highlights: the cells stay as they are drawn. */
export interface FindMarks {
  set(test: FindTest | undefined): void;
  /** The row whose matches are the current ones; undefined: none. */
  setCurrent(row: number | undefined): void;
  /** Cells were drawn. */
  draw(host: HTMLElement): void;
}

export function createFindMarks(): FindMarks {
  let pattern: RegExp | undefined;
  let current: number | undefined;
  let host: HTMLElement | undefined;
  let isDue = false;
  // Older browsers have none; the active cell still shows where the match is.
  const registry = 'highlights' in CSS ? CSS.highlights : undefined;
  const draw = (): void => {
    isDue = false;
    if (registry === undefined) return;
    const all = pattern === undefined || host === undefined ? [] : rangesIn(host, pattern);
    registry.set('find', new Highlight(...all.filter(({ row }) => row !== current).map(({ range }) => range)));
    registry.set(
      'find-current',
      new Highlight(...all.filter(({ row }) => row === current).map(({ range }) => range)),
    );
  };
  const later = (): void => {
    if (isDue || host === undefined) return;
    isDue = true;
    requestAnimationFrame(draw);
  };
  return {
    set(test) {
      pattern = test === undefined ? undefined : patternOf(test);
      later();
    },
    setCurrent(row) {
      current = row;
      later();
    },
    draw(target) {
      host = target;
      if (pattern !== undefined) later();
    },
  };
}

/** Undefined for text that is no regular expression. */
export function patternOf({ text, matchCase, isRegex }: FindTest): RegExp | undefined {
  try {
    const source = isRegex === true ? text : text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    return new RegExp(source, matchCase === true ? 'gu' : 'giu');
  } catch {
    return undefined;
  }
}

function rangesIn(host: HTMLElement, pattern: RegExp): readonly { readonly row: number; readonly range: Range }[] {
  const found: { row: number; range: Range }[] = [];
  for (const cell of host.querySelectorAll<HTMLElement>('.slick-cell:not(.row-number, .masked, .provenance)')) {
    const row = Number(cell.closest<HTMLElement>('.slick-row')?.dataset['row']);
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      // Words of ours, such as NULL, are not what was looked for.
      if ((node.parentElement?.closest('.null, .empty, .sr-only') ?? null) !== null) continue;
      for (const match of (node.nodeValue ?? '').matchAll(pattern)) {
        if (match[0] === '') continue;
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        found.push({ row, range });
      }
    }
  }
  return found;
}
