/**
 * A dump's sequence number. A `bigint`, because nothing promises that it stays below 2^53, and because as text
 * 999 comes after 1000. On wires and in JSON it is a decimal string.
 * Source: seed "Manifest metadata" (`dump_id`: monotonically increasing) and its last FAQ (number in the folder's name).
 */
export type DumpId = bigint;

/** Digits only; `undefined` for anything else. */
export function parseDumpId(text: string): DumpId | undefined {
  return /^\d{1,40}$/.test(text) ? BigInt(text) : undefined;
}

export function compareDumps(a: DumpId, b: DumpId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
