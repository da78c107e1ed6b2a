import type { PageCache } from './pageCache';

/** A scrollbar that is dragged passes by pages by the dozen: only where it rests is asked for. */
const restMs = 40;

/** Passes on what is looked at: at once if it is near (`nearRows`) what was looked at before, else when the eye has come to rest. */
export function createLook(cache: PageCache, nearRows: number): (first: number, last: number) => void {
  let before = 0;
  let timer: number | undefined;
  return (first, last) => {
    const isFar = Math.abs(first - before) > nearRows;
    before = first;
    window.clearTimeout(timer);
    if (isFar) timer = window.setTimeout(() => cache.want(first, last), restMs);
    else cache.want(first, last);
  };
}
