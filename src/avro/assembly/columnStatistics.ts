/** What is known of a column's values. `../statistics/wasmStatistics.ts` reads this record and knows its layout. */
@unmanaged
export class Statistics {
  kind: u32;
  isExact: u32;
  mayBeTimes: u32;
  minLength: u32;
  maxLength: u32;
  /** Bytes of the least and greatest value; -1 before there is one. */
  minSize: i32;
  maxSize: i32;
  /** Entries of the table. */
  size: u32;
  slots: u32;
  slotCount: u32;
  entries: u32;
  entryRoom: u32;
  bytes: u32;
  used: u32;
  byteRoom: u32;
  registers: u32;
  door: u32;
  bins: u32;
  /** 0: the values have no histogram. */
  ladder: u32;
  min: u32;
  max: u32;
  /** What was allocated for `entries`, which begin at a multiple of their size. */
  entryArea: u32;
  nulls: f64;
  values: f64;
  empty: f64;
  totalLength: f64;
  /** Of integers: their lower halves, and their upper ones. */
  sumLow: u64;
  sumHigh: i64;
  /** How often entries have been dropped. */
  drops: u32;
  /** Slots that there is memory for. */
  slotRoom: u32;
  /** What the least and the greatest value begin with (`headOf`). */
  minHead: u64;
  maxHead: u64;
  /** Values of the groups in which they were looked for in the table; and what its entries have been lowered by. */
  watched: f64;
  lowered: f64;
  /** Groups of rows since the turn began; whether no value is frequent; and whether the values of this group are not looked for. */
  turn: u32;
  isRare: u32;
  isUnwatched: u32;
  unused: u32;
}

/** Kinds of values. */
export const text: u32 = 0;
export const integer: u32 = 2;
