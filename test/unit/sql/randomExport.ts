/**
 * Random small exports with everything that makes reading one hard: dumps whose numbers do not sort as text, full
 * resyncs, tables that pause, files no manifest lists, repeated and updated rows, migrations that chain, fork and turn in
 * circles, ids at both ends of int64, and NULL wherever one can be.
 */
export type Value = string | null;
export type Row = Readonly<Record<string, Value>>;

export interface ExportFile {
  readonly dump: bigint;
  readonly folder: string;
  readonly key: string;
  readonly rows: readonly Row[];
  /** False: it lies in the folder, but no manifest names it. */
  readonly listed: boolean;
}

export interface ExportTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: 'bigint' | 'text' }[];
  /** Dumps whose manifest has the table. */
  readonly dumps: readonly { readonly dump: bigint; readonly folder: string; readonly incremental: boolean }[];
  readonly files: readonly ExportFile[];
}

export interface ExportSet {
  readonly seed: number;
  readonly asOf: bigint;
  readonly tables: Readonly<Record<'users' | 'sessions' | 'pageviews' | 'user_migrations', ExportTable>>;
}

const ids = [
  '9223372036854775807',
  '9223372036854775806',
  '-9223372036854775808',
  '9007199254740993',
  '9007199254740992',
  '1',
  '2',
  '10',
];
// The last two sort differently by code point and by UTF-16 unit.
const texts = [
  '',
  'a',
  'B',
  "O'Brien",
  'say "hi"',
  '-- no',
  '*/ 100%',
  'back\\slash',
  'two\nlines',
  'é',
  '\uffee',
  '😀',
];
const times = ['2026-11-20 01:00:00', '2026-11-21 01:00:00', '2026-11-21 01:00:00.5', '1566968405225'];

const bigints = (...names: string[]) => names.map((name) => ({ name, type: 'bigint' as const }));
const text = (...names: string[]) => names.map((name) => ({ name, type: 'text' as const }));

const shapes = {
  users: [...bigints('user_id'), ...text('identity', 'email', 'joindate', 'last_modified', 'plan\'s "name"')],
  sessions: [...bigints('event_id', 'user_id', 'session_id'), ...text('time', 'country')],
  // `dc_rank` and `dc_dump_id` are names that the generator would like for itself.
  pageviews: [...bigints('event_id', 'user_id', 'session_id'), ...text('time', 'dc_rank', 'dc_dump_id', 'path')],
  user_migrations: [...bigints('from_user_id', 'to_user_id'), ...text('time')],
};

/** Deterministic: the same seed gives the same export. */
export function randomExport(seed: number): ExportSet {
  const random = mulberry32(seed);
  const manyFiles = seed % 10 === 4;
  const table = (name: keyof typeof shapes): ExportTable => randomTable(name, random, manyFiles);
  return {
    seed,
    asOf: 10n,
    tables: {
      users: table('users'),
      sessions: table('sessions'),
      pageviews: table('pageviews'),
      user_migrations: table('user_migrations'),
    },
  };
}

function randomTable(name: keyof typeof shapes, random: () => number, manyFiles: boolean): ExportTable {
  const columns = shapes[name];
  const migrations = name === 'user_migrations';
  const seen: Row[] = [];
  const dumps: { dump: bigint; folder: string; incremental: boolean }[] = [];
  const files: ExportFile[] = [];
  for (const dump of [2n, 3n, 10n]) {
    // The older layout in the oldest dump; in the form for many files as well.
    const folder = `sync_${dump}/${dump === 2n ? '' : '_heap_table_name='}${name}/`;
    const listed = random() < 0.85;
    if (listed) dumps.push({ dump, folder, incremental: migrations ? false : random() < 0.75 });
    const count = Math.floor(random() * 3);
    for (let part = 0; part < count; part += 1) {
      const rows = randomRows(name, columns, seen, random);
      // Parts 9 and 10 sort the other way round as text.
      const number = part === 0 ? '00009' : '10';
      files.push({ dump, folder, key: `${folder}part-${number}-it's.avro`, rows, listed });
    }
    if (random() < 0.2)
      files.push({ dump, folder, key: `${folder}odd.avro`, rows: randomRows(name, columns, seen, random), listed });
    if (random() < 0.4)
      files.push({
        dump,
        folder,
        key: `${folder}part-00099-stray.avro`,
        rows: randomRows(name, columns, seen, random),
        listed: false,
      });
    if (manyFiles) {
      for (let part = 100; part < 320; part += 1)
        files.push({ dump, folder, key: `${folder}part-00${part}-empty.avro`, rows: [], listed });
    }
  }
  return { name, columns, dumps, files };
}

function randomRows(
  name: string,
  columns: ExportTable['columns'],
  seen: Row[],
  random: () => number,
): readonly Row[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const rows: Row[] = [];
  for (let index = Math.floor(random() * 7); index > 0; index -= 1) {
    if (seen.length > 0 && random() < 0.3) {
      rows.push(pick(seen));
      continue;
    }
    const row: Record<string, Value> = {};
    for (const column of columns) {
      if (random() < 0.12) row[column.name] = null;
      else if (column.name.endsWith('user_id'))
        row[column.name] = pick(name === 'user_migrations' ? ids.slice(0, 6) : ids);
      else if (column.type === 'bigint') row[column.name] = pick(ids.slice(0, 4));
      else if (/time|date|modified/.test(column.name)) row[column.name] = pick(times);
      else row[column.name] = pick(texts);
    }
    seen.push(row);
    rows.push(row);
  }
  return rows;
}

/** Mulberry32, a small public-domain generator: written out here so that a seed means the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
