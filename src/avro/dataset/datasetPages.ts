import { absentCell, type Cell } from '../../core/column';
import { Failure } from '../../core/failure';
import type { RecordPage, RowsPage } from '../../core/rowsPage';
import type { PageRequest } from './dataset';
import type { DatasetParts, PartSlot } from './datasetParts';
import type { RowPlaceInPart } from './matchedRows';
import type { ViewRows } from './rowsView';

/** Rows of a dataset and of its views by their places. */
export interface DatasetPages {
  rows(view: ViewRows | undefined, request: PageRequest, signal?: AbortSignal): Promise<RowsPage>;
  /** Rejects with `internal` if the row is not known. */
  record(view: ViewRows | undefined, position: number, signal?: AbortSignal): Promise<RecordPage>;
  /** Where a row of a view is; `undefined` if it is not known (any more). */
  place(view: ViewRows, position: number): Promise<RowPlaceInPart | undefined>;
}

export function createDatasetPages(list: DatasetParts): DatasetPages {
  return new Pages(list);
}

type Cells = readonly Cell[];

class Pages implements DatasetPages {
  private readonly list: DatasetParts;

  constructor(list: DatasetParts) {
    this.list = list;
  }

  rows(view: ViewRows | undefined, request: PageRequest, signal?: AbortSignal): Promise<RowsPage> {
    if (view === undefined || view.isWhole) return this.rowsOfAll(request, signal);
    return this.rowsOfView(view, request, signal);
  }

  async record(view: ViewRows | undefined, position: number, signal?: AbortSignal): Promise<RecordPage> {
    const place = view === undefined || view.isWhole ? this.placeInAll(position) : await this.place(view, position);
    const numbered = place === undefined ? undefined : this.numberOf(place);
    if (place === undefined || numbered === undefined) throw unknownRow(position);
    const { slot, row } = place;
    const hold = await this.list.hold(slot);
    try {
      const record = await hold.part?.record(row, signal);
      if (record === undefined) throw unknownRow(position);
      return {
        row: position,
        ...numbered,
        ...(record.isApproximate === true ? { isApproximate: true } : {}),
        cells: this.spread(slot, [record.cells])[0] ?? [],
        ...(this.list.slots.length > 1 ? { part: slot.index } : {}),
        block: record.block,
        rowInBlock: record.rowInBlock,
        ...(record.isApproximate === true ? {} : { rowInPart: record.row }),
      };
    } finally {
      hold.release();
    }
  }

  async place(view: ViewRows, position: number): Promise<RowPlaceInPart | undefined> {
    if (view.isWhole) return this.placeInAll(position);
    if (!(position >= 0) || position >= view.length) return undefined;
    if (view.order === undefined) return view.matched.place(position);
    const [rank = -1] = await view.order.read(position, 1);
    return view.matched.place(rank);
  }

  private async rowsOfAll({ first, count }: PageRequest, signal: AbortSignal | undefined): Promise<RowsPage> {
    const rows: Cells[] = [];
    const sources: { rows: number; part: number }[] = [];
    let before = 0;
    let isApproximate = false;
    for (const slot of this.list.slots) {
      if (rows.length >= count) break;
      // The part before may have had fewer rows than it was taken to have.
      const from = Math.max(0, first + rows.length - before);
      if (from < this.list.rowsOf(slot)) {
        if (rows.length === 0 && before > 0) isApproximate = !this.isExactBefore(slot);
        const held = await this.list.hold(slot);
        const { part } = held;
        try {
          const page = await part?.page(from, count - rows.length, signal);
          if (page !== undefined && page.rows.length > 0) {
            rows.push(...this.spread(slot, page.rows));
            sources.push({ rows: page.rows.length, part: slot.index });
            isApproximate ||= page.isApproximate;
          }
        } finally {
          held.release();
        }
      }
      before += this.list.rowsOf(slot);
    }
    return {
      first,
      rows,
      ...(isApproximate ? { isApproximate } : {}),
      ...(this.list.slots.length > 1 ? { sources } : {}),
    };
  }

  private async rowsOfView(
    view: ViewRows,
    { first, count }: PageRequest,
    signal: AbortSignal | undefined,
  ): Promise<RowsPage> {
    const most = Math.max(0, Math.min(count, view.length - first));
    const ranks =
      view.order === undefined
        ? Array.from({ length: most }, (_, at) => first + at)
        : most === 0
          ? []
          : [...(await view.order.read(first, most))];
    const places = ranks.flatMap((rank) => view.matched.place(rank) ?? []);
    const rows = await this.pick(places, signal);
    const numbers = places.map((place) => this.numberOf(place));
    const sources: { rows: number; part: number }[] = [];
    for (const { slot } of places) {
      const last = sources.at(-1);
      if (last?.part === slot.index) last.rows++;
      else sources.push({ rows: 1, part: slot.index });
    }
    return {
      first,
      rows,
      numbers: numbers.map(({ number }) => number),
      ...(numbers.some((number) => number.isApproximate) ? { isApproximate: true } : {}),
      ...(this.list.slots.length > 1 ? { sources } : {}),
    };
  }

  /** Rows wherever they are: each part is asked once. */
  private async pick(places: readonly RowPlaceInPart[], signal: AbortSignal | undefined): Promise<Cells[]> {
    const byPart = new Map<PartSlot, number[]>();
    for (const { slot, row } of places) {
      const wanted = byPart.get(slot);
      if (wanted === undefined) byPart.set(slot, [row]);
      else wanted.push(row);
    }
    const found = new Map<PartSlot, ReadonlyMap<number, Cells>>();
    for (const [slot, wanted] of byPart) {
      const rows = [...new Set(wanted)].sort((a, b) => a - b);
      const held = await this.list.hold(slot);
      const { part } = held;
      try {
        const cells = this.spread(slot, part === undefined ? [] : await part.pick(rows, signal));
        found.set(slot, new Map(rows.map((row, at) => [row, cells[at] as Cells])));
      } finally {
        held.release();
      }
    }
    return places.map(({ slot, row }) => {
      const cells = found.get(slot)?.get(row);
      if (cells === undefined) throw new Failure('store.changed', { uri: slot.source.facts.uri });
      return cells;
    });
  }

  private placeInAll(position: number): RowPlaceInPart | undefined {
    let row = position;
    for (const slot of this.list.slots) {
      const rows = this.list.rowsOf(slot);
      if (row < rows) return { slot, row };
      row -= rows;
    }
    return undefined;
  }

  /** A row's number in the whole. */
  private numberOf({ slot, row }: RowPlaceInPart): { readonly number: number; readonly isApproximate?: true } {
    let number = row;
    for (const earlier of this.list.slots) {
      if (earlier === slot) break;
      number += this.list.rowsOf(earlier);
    }
    return { number, ...(this.isExactBefore(slot) ? {} : { isApproximate: true }) };
  }

  private isExactBefore(slot: PartSlot): boolean {
    return this.list.slots.slice(0, slot.index).every(({ exactRows }) => exactRows !== undefined);
  }

  /** Cells of a part's columns in the places that the columns have in the table. */
  private spread(slot: PartSlot, rows: readonly Cells[]): readonly Cells[] {
    const places = this.list.union.mapTo(slot.columns ?? []);
    if (places.length === slot.columns?.length && places.every((at, index) => at === index)) return rows;
    return rows.map((cells) => Array.from(places, (at) => (at < 0 ? absentCell : (cells[at] as Cell))));
  }
}

function unknownRow(row: number): Failure {
  return new Failure('internal', { detail: `row ${row} is not known` });
}
