import { isOwnFailure } from '../../avro/dataset/datasetParts';
import { type PartReport, verifyPart } from '../../avro/part/verifyPart';
import type { DatasetSource } from '../../avro/dataset/dataset';
import { describeFailure } from '../../core/describeFailure';
import { type FailureData, failureToData, withFacts } from '../../core/failure';
import { formatBytes, formatCount, formatPlural } from '../../core/format';
import type { PartFacts } from '../../core/rowsProgress';
import { describeDamage, describePartFailure, describeUnresolved } from '../faults';
import { interruptible } from '../interrupt';
import { withDecoders } from '../openRows';
import { oneLine, type Output } from '../output';
import { type LocatedSources, sourceOptions, withSources } from '../sources';
import { readArguments, usages } from '../usage';

const usage = usages.verify;

type ReadPart = Pick<PartFacts, 'uri' | 'dump'> & PartReport;

/** A part that could not be opened, or is not there. */
type UnreadPart = Pick<PartFacts, 'uri' | 'dump'> & {
  readonly isSound: false;
  readonly failure: FailureData & { readonly message: string };
};

type VerifiedPart = ReadPart | UnreadPart;

const isRead = (part: VerifiedPart): part is ReadPart => !('failure' in part);

/** What `verify --json` prints. Its shape stands in the user's README: properties may be added, none changed. */
export interface VerifyReport {
  readonly isSound: boolean;
  /** Sums over the parts: rows that can be read, and those that blocks declare. */
  readonly rowsDecoded: number;
  readonly rowsDeclared: number;
  readonly blocks: number;
  readonly bytes: number;
  /** Parts with damage, and parts that could not be opened or are not there. */
  readonly damaged: number;
  readonly unreadable: number;
  /** Listed files that name no file of the export. */
  readonly unresolved: readonly string[];
  readonly parts: readonly VerifiedPart[];
}

/**
 * Reads every byte of a part or of a table's effective files, and tells whether all of it is as it should be. Gives the exit code: 1 if
 * anything is damaged or missing.
 */
export async function printVerification(args: readonly string[], output: Output, errors: Output): Promise<number> {
  const options = { ...sourceOptions, json: { type: 'boolean' } } as const;
  const { values, positionals } = readArguments(args, usage, ['<part>'], options);
  return interruptible((signal) =>
    withSources(positionals[0] ?? '', values, usage, async (located) => {
      for (const note of located.notes) await errors.write(`${oneLine(note)}\n`);
      const isText = values.json !== true;
      const parts: VerifiedPart[] = [];
      await withDecoders(async (decoders) => {
        for (const source of located.sources) {
          const part = await verify(source, (of) => verifyPart(of, { signal, decoders }));
          parts.push(part);
          if (isText) await output.write(partText(part));
          if (output.isClosed) return;
        }
      });
      const report = sumUp(parts, located);
      await output.write(isText ? summaryText(report) : `${JSON.stringify(report, null, 2)}\n`);
      return report.isSound || output.isClosed ? 0 : 1;
    }),
  );
}

/** What is wrong with one file is a finding; no network or no rights at all ends the check. */
async function verify(
  { source, facts: { uri, dump } }: DatasetSource,
  run: (source: DatasetSource['source']) => Promise<PartReport>,
): Promise<VerifiedPart> {
  const facts = { uri, ...(dump === undefined ? {} : { dump }) };
  try {
    return { ...facts, ...(await run(source)) };
  } catch (error) {
    if (!isOwnFailure(error)) throw withFacts(error, { uri });
    const failure = failureToData(withFacts(error, { uri }));
    return { ...facts, isSound: false, failure: { ...failure, message: describeFailure(failure).message } };
  }
}

function sumUp(parts: readonly VerifiedPart[], { unresolved }: LocatedSources): VerifyReport {
  const read = parts.filter(isRead);
  const sum = (of: (part: PartReport) => number): number => read.reduce((total, part) => total + of(part), 0);
  const damaged = read.filter((part) => !part.isSound).length;
  const unreadable = parts.length - read.length;
  return {
    isSound: damaged + unreadable + unresolved.length === 0,
    rowsDecoded: sum((part) => part.rowsDecoded),
    rowsDeclared: sum((part) => part.rowsDeclared),
    blocks: sum((part) => part.blocks),
    bytes: sum((part) => part.bytes),
    damaged,
    unreadable,
    unresolved,
    parts,
  };
}

function partText(part: VerifiedPart): string {
  if (!isRead(part)) return `${oneLine(describePartFailure(part.uri, part.failure))}\n`;
  const { uri, codec, bytes, blocks, rowsDecoded, damage } = part;
  const size = `${formatPlural(rowsDecoded, 'row')} in ${formatPlural(blocks, 'block')}, ${formatBytes(bytes)}, ${codec}`;
  const lines = [
    `${uri}: ${size}: ${part.isSound ? 'sound' : 'damaged'}`,
    ...damage.map((one) => `  ${describeDamage(one)}`),
  ];
  return lines.map((line) => `${line.startsWith('  ') ? '  ' : ''}${oneLine(line)}\n`).join('');
}

function summaryText({
  parts,
  rowsDecoded,
  bytes,
  damaged,
  unreadable,
  unresolved,
  isSound,
}: VerifyReport): string {
  const missing = unresolved.map((uri) => `${oneLine(describeUnresolved(uri))}\n`).join('');
  if (parts.length === 1 && unresolved.length === 0) return missing;
  const found = [
    ...(damaged > 0 ? [`${formatCount(damaged)} damaged`] : []),
    ...(unreadable > 0 ? [`${formatCount(unreadable)} unreadable or missing`] : []),
    ...(unresolved.length > 0 ? [`${formatCount(unresolved.length)} of unknown place`] : []),
  ];
  const size = `${formatPlural(parts.length, 'part')}, ${formatPlural(rowsDecoded, 'row')}, ${formatBytes(bytes)}`;
  return `${missing}${size}: ${isSound ? 'all sound' : found.join(', ')}\n`;
}
