import { parseArgs } from 'node:util';
import { type SampleCodec, sampleCodecs } from './codecs';
import { type SampleOptions, type SampleSummary, writeSample } from './writeSample';

/** The options of `sample`, told alike by `node dist/sample.js` and the command line. */
export const sampleUsage =
  'sample FOLDER [--now TIME] [--hostile] [--large --rows N [--parts N] [--codec C] [--columns N]] [--syncs N] [--parts-in-one-table N]';

/** Wrong usage, told apart from what goes wrong while writing. */
export class SampleUsageError extends Error {
  override readonly name = 'SampleUsageError';
}

/** What the arguments after the command ask for. Throws `SampleUsageError`. */
export function parseSampleArguments(args: readonly string[]): { folder: string; options: SampleOptions } {
  const { values, positionals } = parse(args);
  const [folder, ...rest] = positionals;
  if (folder === undefined || folder === '' || rest.length > 0)
    throw new SampleUsageError('name one folder to write to');
  const rows = wholeNumber(values.rows, '--rows');
  const parts = wholeNumber(values.parts, '--parts');
  const columns = wholeNumber(values.columns, '--columns');
  const syncs = wholeNumber(values.syncs, '--syncs');
  const partsInOneTable = wholeNumber(values['parts-in-one-table'], '--parts-in-one-table');
  const codec = codecOf(values.codec);
  const now = values.now === undefined ? undefined : Date.parse(values.now);
  if (Number.isNaN(now)) throw new SampleUsageError('--now takes a time such as 2026-02-20T08:30:00Z');
  if (!values.large && (rows ?? parts ?? columns ?? codec) !== undefined)
    throw new SampleUsageError('--rows, --parts, --codec and --columns go with --large');
  if (columns !== undefined && columns < 3) throw new SampleUsageError('--columns takes 3 or more: the ids');
  const kinds = [values.large ? true : undefined, syncs, partsInOneTable, values.hostile ? true : undefined];
  if (kinds.filter((kind) => kind !== undefined).length > 1)
    throw new SampleUsageError('choose one of --large, --syncs, --parts-in-one-table and --hostile');
  const large = { rows: rows ?? 100_000, ...optional({ parts, codec, columns }) };
  return {
    folder,
    options: {
      ...optional({ now, syncs, partsInOneTable }),
      ...(values.large ? { large } : {}),
      ...(values.hostile ? { hostile: true } : {}),
    },
  };
}

/** Writes what the arguments ask for. Throws `SampleUsageError` or `sample.cannotWrite`. */
export function runSample(args: readonly string[]): Promise<SampleSummary> {
  const { folder, options } = parseSampleArguments(args);
  return writeSample(folder, options);
}

export function describeSummary({ folder, dumps, files, rows, bytes }: SampleSummary): string {
  return `Wrote ${dumps} syncs, ${files} files, ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB to ${folder}`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        now: { type: 'string' },
        hostile: { type: 'boolean', default: false },
        large: { type: 'boolean', default: false },
        rows: { type: 'string' },
        parts: { type: 'string' },
        codec: { type: 'string' },
        columns: { type: 'string' },
        syncs: { type: 'string' },
        'parts-in-one-table': { type: 'string' },
      },
    });
  } catch (error) {
    throw new SampleUsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new SampleUsageError(`${option} takes a whole number above 0`);
  return Number(text);
}

function codecOf(text: string | undefined): SampleCodec | undefined {
  if (text === undefined) return undefined;
  const codec = sampleCodecs.find((name) => name === text);
  if (codec === undefined) throw new SampleUsageError(`--codec takes one of ${sampleCodecs.join(', ')}`);
  return codec;
}

/** Without the members that are undefined. */
function optional<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
