import { isRecord } from './jsonRecord';
import { freshArrangement, type RowsArrangement, type TimeUnit } from './rowsArrangement';

const maxColumns = 20_000;
const maxNameLength = 1_024;
const densities: ReadonlySet<unknown> = new Set<RowsArrangement['density']>(['compact', 'normal', 'comfortable']);
const timeUnits: ReadonlySet<unknown> = new Set<TimeUnit>(['seconds', 'millis', 'micros', 'nanos', 'text', 'none']);
/** CSS pixels. */
const leastWidth = 10;
const greatestWidth = 10_000;

/**
 * An arrangement from outside: a webview, or what was remembered, maybe by another version. What cannot be read is left out, so that
 * something sound always comes of it; `undefined` only for what is no arrangement at all.
 */
export function parseArrangement(value: unknown): RowsArrangement | undefined {
  if (!isRecord(value)) return undefined;
  const { order, hidden, widths, density, timeUnits: units, masked } = value;
  return {
    order: names(order),
    hidden: names(hidden),
    widths: entries(
      widths,
      (width): width is number => typeof width === 'number' && width >= leastWidth && width <= greatestWidth,
    ),
    density: densities.has(density) ? (density as RowsArrangement['density']) : freshArrangement.density,
    timeUnits: entries(units, (unit): unit is TimeUnit => timeUnits.has(unit)),
    masked: names(masked),
  };
}

/** Whether nothing was changed: such an arrangement need not be remembered. */
export function isFreshArrangement(value: RowsArrangement): boolean {
  return (
    value.density === freshArrangement.density &&
    [value.order, value.hidden, value.masked].every((list) => list.length === 0) &&
    [value.widths, value.timeUnits].every((record) => Object.keys(record).length === 0)
  );
}

function names(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const all = value.filter(isName).slice(0, maxColumns);
  return [...new Set(all)];
}

function entries<T>(value: unknown, fits: (item: unknown) => item is T): Readonly<Record<string, T>> {
  if (!isRecord(value)) return {};
  const found: [string, T][] = [];
  for (const [name, item] of Object.entries(value).slice(0, maxColumns)) {
    if (isName(name) && fits(item)) found.push([name, item]);
  }
  return Object.fromEntries(found);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxNameLength;
}
