import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** Wrong usage: told with the command's usage line, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** Absent: that of the whole program. */
  readonly usage: string | undefined;
  /** Lines that show the place, printed as they are below the message. */
  readonly excerpt: readonly string[];

  constructor(message: string, usage?: string, excerpt: readonly string[] = []) {
    super(message);
    this.usage = usage;
    this.excerpt = excerpt;
  }
}

export const usages = {
  rows: 'rows <part|table> [--columns a,b] [--where EXPR] [--sort a,-b] [--limit n] [--format F] [--out FILE] … [S3 options]',
  stats: 'stats <part|table> [--columns a,b] [--where EXPR] [--json] [S3 options]',
  verify: 'verify <part|table> [--json] [S3 options]',
  schema: 'schema <part> [--json] [S3 options]',
  diff: 'diff <bucket> <dumpA> <dumpB> [--json] [S3 options]',
  health: 'health <bucket> [--json] [S3 options]',
  effective: 'effective <bucket> <table> [--as-of N] [--format F] [--json] [S3 options]',
  sql: 'sql <bucket> <table> --kind migrated|dedup [--dialect D] [--as-of N] [--users latest|documented] [--hops 1|3] [S3 options]',
  sample: 'sample <folder>',
} as const;

export const programUsage =
  'node dist/cli.js rows|stats|verify|schema|diff|health|effective|sql|sample … (--help tells more)';

/** Where things in S3 are read from, and as whom. */
export const s3Options = {
  endpoint: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  'path-style': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** Arguments of one command, as `parseArgs` reads them, with as many positionals as it has names. Throws `UsageError`. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  usage: string,
  names: readonly string[],
  options: Options,
) {
  const parsed = parse(args, usage, options);
  const { positionals } = parsed;
  const missing = names[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`, usage);
  const extra = positionals[names.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`, usage);
  const empty = names[positionals.indexOf('')];
  if (empty !== undefined) throw new UsageError(`${empty} is empty`, usage);
  return parsed;
}

function parse<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  usage: string,
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, strict: true, options });
  } catch (error) {
    // Node explains at length how to pass a positional that begins with a dash; the first sentence is enough.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(sentence, usage);
  }
}

/** The one of the values that was named; the first if none was. Throws `UsageError`. */
export function oneOf<const Value extends string>(
  text: string | undefined,
  values: readonly [Value, ...Value[]],
  option: string,
  usage: string,
): Value {
  if (text === undefined) return values[0];
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UsageError(`${option} takes one of ${values.join(', ')}`, usage);
  return found;
}

export const help = `Reads a Contentsquare Data Connect export: rows, statistics, integrity, schemas, manifests; writes SQL for it.
Only ever reads it.

  node dist/cli.js ${usages.rows}
      Prints rows, as NDJSON: one object a row, in column order; longs as decimal strings, NULL as null.
      Rows of a damaged part are printed up to and after the damage; the damage goes to stderr, exit 1.
        --columns a,b   only these, in this order
        --where EXPR    only rows that pass; if given several times, all of them
        --sort a,-b     by a, then by b from the greatest; NULL comes last
        --limit n       at most so many rows
        --format F      ndjson (also --json), csv, tsv, json, markdown; excel and parquet with --out
        --out FILE      into a file, which takes its name when all of it is there
        --mask a,b      instead of a text its first character and dots
        --hash a,b      instead of a value the SHA-256 of a salt, new each time, and the value
        --provenance    dump, file and row in the file, before the other columns
        --no-formula-guard   CSV, TSV, Excel: no apostrophe before texts that a spreadsheet would run
  node dist/cli.js ${usages.stats}
      Prints what is in the columns: NULLs, distinct values, least, greatest, most frequent.
      JSON: {rows, columns: [{column, rows, nulls, absent, empty, distinct, isDistinctExact, min, max, top, …}]}.
  node dist/cli.js ${usages.verify}
      Reads every byte: rows declared and there, checksums, sync markers. Exit 1 if anything is damaged or missing.
      JSON: {isSound, rowsDecoded, rowsDeclared, blocks, bytes, damaged, unreadable, unresolved, parts: [{uri, dump, isSound,
      and codec, bytes, blocks, rowsDeclared, rowsDecoded, trailingBytes, damage: [{reason, block, offset, detail, …}];
      or failure: {code, facts, message}}]}. Properties may be added, none is taken away.
  node dist/cli.js ${usages.schema}
      Prints a part's columns, and how it was written.
  node dist/cli.js ${usages.diff}
      Prints what changed from one dump to another, as Markdown or as JSON.
  node dist/cli.js ${usages.health}
      Prints whether the newest dump is complete, what came with it, and what is wrong in the export. Exit 1 at any error.
      JSON: {problems: [{code, severity, dump, table, file, message, action}], newestDump, delivered, checked, summary, dumps,
      dumpsListed}. Severities: error, warning, information.
  node dist/cli.js ${usages.effective}
      Prints the files that make up a table, one URI or path a line, by dump and part.
        --format F      uris, copy-manifest (for Redshift; in S3 only), spark or duckdb (a list to paste into the reader's call)
      JSON: {table, asOf, since, files: [{uri, dump, part, bytes}], excluded: [{uri, dump, reason, code}]}: every other file of
      the table with the reason why it does not count. Takes two listings for each sync.
  node dist/cli.js ${usages.sql}
      Prints SQL for a table's migrated view, or for its deduplicated rows. Dialects: athena, trino, duckdb, postgres.
  node dist/cli.js ${usages.sample}
      Writes the sample bucket; more options: node dist/cli.js sample --help.

<part> and <bucket> are a path, or s3://bucket/prefix…; <table> is <bucket> --table T [--as-of N]: the table's effective files as
one, and what a dump lacks as NULL.

EXPR is like country = 'FR' and (path contains '/cart' or path is null) and not id in (1, 2). Tests of a column:
  = != < <= > >=   in (a, b)   between a and b   contains   starts with   ends with   matches 'regex'
  is null   is empty   is absent (its dump has no such column)
With not before them (is not null) they say the opposite, exactly: path != '/' holds for NULL too. Behind them: ignoring case.
find 'text' looks in all columns. Values stand in single quotes, numbers as they are; odd column names in double quotes.

S3 options: --endpoint URL, --region R, --profile P, --path-style. Without them the AWS environment decides:
AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_S3 and so on, as for the aws command.

Exit: 0 done, 1 failed (stderr says why), 2 wrong usage, 130 interrupted (no half file stays).
`;
