import type { Measure } from './columnModel';

/** Measures with the fonts that the page uses now: read from elements that wear them. */
export function createMeasure(host: HTMLElement): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const fonts = {
    mono: fontOf(host, 'slick-cell numeric'),
    ui: fontOf(host, 'slick-cell'),
    header: fontOf(host, 'slick-header-column'),
  };
  let current = '';
  return (text, font) => {
    if (context === null) return text.length * 8;
    if (current !== font) {
      context.font = fonts[font];
      current = font;
    }
    return context.measureText(text).width;
  };
}

function fontOf(host: HTMLElement, className: string): string {
  const probe = document.createElement('div');
  probe.className = className;
  host.append(probe);
  const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(probe);
  probe.remove();
  return `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
}
