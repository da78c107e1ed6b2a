import type { Dataset } from '../avro/dataset/dataset';
import { describeFailure } from '../core/describeFailure';
import type { FailureData } from '../core/failure';
import { formatCount, formatPlural } from '../core/format';
import type { Damage } from '../core/partProgress';
import { oneLine, type Output } from './output';
import type { LocatedSources } from './sources';

/** Faults told one by one; the rest is counted. */
const maxLines = 20;

/** `block 2 at byte 3,456: its snappy checksum does not match; 34 rows lost` */
export function describeDamage({ block, offset, detail, declaredRows, decodedRows }: Damage): string {
  const lost = declaredRows === undefined ? undefined : Math.max(0, declaredRows - decodedRows);
  const words =
    lost === undefined ? 'rows may be lost' : lost === 0 ? 'no row lost' : `${formatPlural(lost, 'row')} lost`;
  return `block ${block} at byte ${formatCount(offset)}: ${detail}; ${words}`;
}

/** Why a part could not be opened, with its name. */
export function describePartFailure(uri: string, { code, facts }: FailureData): string {
  const { message, hint } = describeFailure({ code, facts: { uri, ...facts } });
  return `${message} ${hint}`;
}

/** Why there is no file: of what a manifest lists without a place that could be read. */
export function describeUnresolved(uri: string): string {
  return `${uri} is listed in a manifest, but names no file of this export: its rows are missing.`;
}

/**
 * Tells what was wrong with the files on the way: damage, files that could not be opened or found. `rowsDone`: how many rows were looked at where that
 * was not all; what lies behind them is not spoken of. True if there was anything.
 */
export async function reportFaults(
  dataset: Dataset,
  { unresolved }: LocatedSources,
  errors: Output,
  rowsDone = Infinity,
): Promise<boolean> {
  const { parts } = dataset;
  const { damage } = dataset.progress();
  const failed = parts.flatMap(({ failure, uri }, part) => (failure === undefined ? [] : [{ failure, uri, part }]));
  if (damage.length + failed.length + unresolved.length === 0) return false;
  const isSeen = await seenUpTo(dataset, rowsDone);
  const lines = [
    ...failed.filter(({ part }) => isSeen(part, 0)).map(({ failure, uri }) => describePartFailure(uri, failure)),
    ...damage
      .filter(({ part = 0, rowsBefore = 0 }) => isSeen(part, rowsBefore))
      .map((one) => `${parts[one.part ?? 0]?.uri ?? ''}: ${describeDamage(one)}`),
    ...(rowsDone === Infinity ? unresolved.map(describeUnresolved) : []),
  ];
  for (const line of lines.slice(0, maxLines)) await errors.write(`${oneLine(line)}\n`);
  if (lines.length > maxLines) await errors.write(`… and ${formatCount(lines.length - maxLines)} more faults\n`);
  return lines.length > 0;
}

/** Whether a place in a part lies before the last of the rows that were looked at. */
async function seenUpTo(dataset: Dataset, rowsDone: number): Promise<(part: number, row: number) => boolean> {
  if (rowsDone === Infinity) return () => true;
  if (rowsDone === 0) return () => false;
  const { part: lastPart = 0, rowInPart = Infinity } = await dataset.record({ first: rowsDone - 1 });
  return (part, row) => part < lastPart || (part === lastPart && row <= rowInPart);
}
