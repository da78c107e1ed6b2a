/**
 * One tab stop for a group: arrows move within it, Tab leaves it. `items` is asked anew at each key, hidden ones are left out.
 * Returns a function to call after the group's members changed.
 */
export function roveTabStops(
  group: HTMLElement,
  items: () => readonly HTMLElement[],
  axis: 'horizontal' | 'vertical',
  onMove?: (item: HTMLElement) => void,
): () => void {
  const shown = (): readonly HTMLElement[] => items().filter((item) => item.offsetParent !== null);
  const makeCurrent = (current: HTMLElement | undefined): void => {
    for (const item of items()) item.tabIndex = item === current ? 0 : -1;
  };
  const settle = (): void => {
    const all = shown();
    makeCurrent(all.find((item) => item.tabIndex === 0) ?? all[0]);
  };
  const back = axis === 'horizontal' ? 'ArrowLeft' : 'ArrowUp';
  const forth = axis === 'horizontal' ? 'ArrowRight' : 'ArrowDown';
  group.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target instanceof HTMLInputElement) return;
    const all = shown();
    const at = all.findIndex((item) => item === event.target || item.contains(event.target as Node));
    if (at < 0) return;
    const to = targetOf(event.key, at, all.length, back, forth);
    const next = to === undefined ? undefined : all[to];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    makeCurrent(next);
    next.focus();
    onMove?.(next);
  });
  group.addEventListener('focusin', (event) => {
    const item = shown().find((one) => one === event.target);
    if (item !== undefined) makeCurrent(item);
  });
  settle();
  return settle;
}

function targetOf(key: string, at: number, length: number, back: string, forth: string): number | undefined {
  if (key === back) return (at + length - 1) % length;
  if (key === forth) return (at + 1) % length;
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  return undefined;
}
