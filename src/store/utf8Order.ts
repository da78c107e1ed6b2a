/**
 * Orders strings as S3 orders keys: by the bytes of their UTF-8 form. JavaScript compares UTF-16 code units, which
 * puts characters outside the basic plane (surrogates, D800–DFFF) before U+E000–U+FFFF; UTF-8 puts them after.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
