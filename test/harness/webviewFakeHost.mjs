/* global window, location, URLSearchParams, MessageEvent, structuredClone, setInterval, clearInterval */
// The extension host's end of both views, scripted, in the page: for looking at the views and measuring them without VS Code.
import { createFakeQueries } from './webviewFakeQueries.mjs';
import { eventColumns, migrationColumns, peopleColumns, shopCell, shopRow } from './webviewShopData.mjs';

const query = new URLSearchParams(location.search);
const scenario = query.get('scenario') ?? 'shop';
const calls = [];
window.hostCalls = calls;

const schemaText = (columns) =>
  JSON.stringify({
    type: 'record',
    name: 'topLevelRecord',
    fields: columns.map(({ name, kind }) => ({
      name,
      type: [{ integer: 'long', number: 'double', boolean: 'boolean' }[kind] ?? 'string', 'null'],
    })),
  });

const partFile = 'part-00000-44e02b46-da18-46d4-bc22-071b6f4d6e73-c000.avro';
const freshArrangement = { order: [], hidden: [], widths: {}, density: 'normal', timeUnits: {}, masked: [] };
const arrangementKey = `arrangement:${scenario}:${query.get('memory') ?? ''}`;

function part({
  columns = eventColumns(30),
  rows = 248_113,
  table = 'pageviews',
  progress = {},
  totalBytes = 27_262_976,
}) {
  const codec = 'snappy';
  return {
    uri: `s3://csq-rs3-acme/sync_1241/_heap_table_name=${table}/part-00000-44e02b46-da18-46d4-bc22-071b6f4d6e73-c000.avro`,
    file: 'part-00000-44e02b46-da18-46d4-bc22-071b6f4d6e73-c000.avro',
    dump: '1241',
    table,
    totalBytes,
    modified: Date.UTC(2026, 10, 22, 4, 15, 31),
    columns,
    idColumns: columns
      .filter(({ name }) => ['user_id', 'event_id', 'session_id', 'from_user_id', 'to_user_id'].includes(name))
      .map(({ name }) => name),
    metadata: {
      codec,
      schemaText: schemaText(columns),
      schemaName: 'topLevelRecord',
      syncMarker: '4f1c9be2d06a77e85b13c4a9f02d8e61',
      headerBytes: 2214,
      entries: [{ key: 'org.apache.spark.version', value: '3.5.1' }],
    },
    progress: {
      state: 'complete',
      rows,
      blocks: 480,
      bytesScanned: totalBytes,
      totalBytes,
      bytesRead: totalBytes,
      requests: 7,
      damage: [],
      parts: 1,
      partsComplete: 1,
      ...progress,
    },
    parts: [{ file: partFile, uri: `s3://csq-rs3-acme/sync_1241/${partFile}`, dump: '1241', absent: [] }],
    arrangement: JSON.parse(window.sessionStorage.getItem(arrangementKey) ?? 'null') ?? freshArrangement,
  };
}

const damage = {
  reason: 'checksum',
  block: 312,
  offset: 18_874_368,
  resumedAt: 18_931_012,
  declaredRows: 512,
  decodedRows: 0,
  rowsBefore: 161_400,
  detail: 'its snappy checksum does not match',
};
const denied = {
  message:
    'Access to s3://csq-rs3-acme/sync_1241/_heap_table_name=pageviews/part-00000-44e02b46-da18-46d4-bc22-071b6f4d6e73-c000.avro was denied.',
  hint: 'The profile "analytics" may list the bucket but not read objects (s3:GetObject).',
  actions: [
    { id: 'copyPolicy', title: 'Copy Policy' },
    { id: 'switchProfile', title: 'Switch Profile' },
  ],
};
const expired = {
  message: 'The session for profile "analytics" expired 12 minutes ago.',
  hint: '',
  actions: [
    { id: 'signIn', title: 'Sign In' },
    { id: 'switchProfile', title: 'Switch Profile' },
  ],
};

const lost = {
  message: 'The data process, which reads the rows, ended unexpectedly.',
  hint: 'The bucket is untouched.',
  actions: [{ id: 'retry', title: 'Retry' }],
};

const estimate = { estimatedRows: 248_391, bytesScanned: 1_400_000, bytesRead: 1_572_864, requests: 2, blocks: 24 };
const parts = {
  shop: () => part({}),
  absent: () => part({}),
  table: () => severalParts(),
  people: () => part({ columns: peopleColumns, rows: 31_204, table: 'users' }),
  wide: () => part({ columns: eventColumns(500), rows: 40_112 }),
  narrow: () => part({ columns: migrationColumns, rows: 5_031, table: 'user_migrations', totalBytes: 83_886 }),
  huge: () => part({ columns: eventColumns(60), rows: 3_000_000, totalBytes: 412_000_000 }),
  leftOut: () => part({ rows: 12_004 }),
  paused: () => part({ rows: 12_004, progress: { state: 'paused', ...estimate } }),
  reading: () => part({ rows: 12_004, progress: { state: 'reading', ...estimate } }),
  longNames: () =>
    part({
      columns: eventColumns(24).map((column, place) =>
        place % 5 === 4
          ? { ...column, name: `${column.name}_${'marketing_attribution_first_touch_'.repeat(4)}${place}` }
          : column,
      ),
    }),
  loading: () => part({}),
  lateFailure: () => part({}),
  stopped: () =>
    part({
      rows: 12_004,
      progress: {
        state: 'failed',
        stopped: {
          message: 'The session for profile "analytics" has expired.',
          hint: 'Sign in again (aws sso login --profile analytics), then go on.',
          actions: [],
        },
        ...estimate,
      },
    }),
  damage: () => part({ rows: 248_100, progress: { damage: [damage] } }),
  damages: () =>
    part({
      rows: 247_000,
      progress: {
        damage: [
          damage,
          {
            ...damage,
            reason: 'truncated',
            block: 471,
            offset: 26_001_408,
            resumedAt: 27_262_976,
            declaredRows: undefined,
            decodedRows: 120,
            detail: 'the file ends in the middle of the block',
          },
        ],
      },
    }),
  empty: () => part({ rows: 0, columns: eventColumns(26), progress: { blocks: 0 } }),
};

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const fail = (data) => Object.assign(new Error(data.message), { data });
let opened;
let isBroken = false;
const queries = createFakeQueries(() => opened, cellAt, tell, Object.fromEntries(query));

const rowsHandlers = {
  async 'rows/open'() {
    // A test says so: the data process ended, and not for the first time.
    if (window.isPartLost) throw fail(lost);
    if (scenario === 'slow') await wait(60_000);
    if (scenario === 'failure') throw fail(denied);
    opened = (parts[scenario] ?? parts.shop)();
    window.hostOpened = opened;
    if (scenario === 'absent')
      setTimeout(
        () =>
          tell('rows/absentColumns', [
            { name: 'loyalty_points', note: 'in dump 1242; this part is of dump 1241' },
            { name: 'store_id', note: 'in dump 1242; this part is of dump 1241' },
          ]),
        50,
      );
    if (scenario === 'leftOut') {
      const sentences = [
        '1 part of 3 could not be opened; without its rows:',
        'part-00001 of dump 1241: Access was denied.',
      ];
      setTimeout(() => tell('rows/notes', { sentences, canRetry: true }), 50);
    }
    return opened;
  },
  async 'rows/page'({ view = 0, first, count }) {
    if (view !== 0)
      return queries.page(view, first, count, (numbers) => ({
        rows: numbers.map((row) => clip(rowOf(row))),
        sources: sourcesOfRows(numbers),
      }));
    if (scenario === 'loading' && first > 0) await wait(60_000);
    if (scenario === 'lateFailure' && first > 0 && isBroken) throw fail(expired);
    if (query.has('latency')) await wait(Number(query.get('latency')));
    isBroken = true;
    const { progress } = opened;
    // What lies beyond the rows read so far is found by its place in the file: the numbers are estimates.
    const isApproximate = first + count > progress.rows && progress.state !== 'complete';
    const last = Math.min(first + count, isApproximate ? 248_113 : progress.rows);
    const rows = [];
    for (let row = first; row < last; row += 1) rows.push(clip(rowOf(row)));
    return { first, rows, ...(isApproximate ? { isApproximate } : {}), ...sourcesOf(first, last) };
  },
  async 'rows/record'({ view = 0, row }) {
    const number = queries.numberAt(view, row);
    const place = { part: partOfRow(number), block: Math.floor(number / 512), rowInBlock: number % 512 };
    return { row, number, cells: rowOf(number), ...place };
  },
  ...queries.handlers,
};

/** A table of three parts of two dumps, whose first part lacks a column. */
const tableEnds = [100_000, 180_000, 248_113];
function severalParts() {
  const columns = eventColumns(30);
  const tier = columns.findIndex(({ name }) => name === 'loyalty_tier');
  const facts = (dump, number, absent) => ({
    file: partFile.replace('00000', number),
    uri: `s3://csq-rs3-acme/sync_${dump}/${partFile.replace('00000', number)}`,
    dump,
    absent,
  });
  const opened = part({ columns, progress: { parts: 3, partsComplete: 3 } });
  return {
    ...opened,
    parts: [facts('1240', '00000', [tier]), facts('1241', '00000', []), facts('1241', '00001', [])],
  };
}

function partOfRow(row) {
  return opened.parts.length > 1 ? tableEnds.findIndex((end) => row < end) : 0;
}

function rowOf(row) {
  const { absent = [] } = opened.parts[partOfRow(row)] ?? {};
  return shopRow(opened.columns, row).map((cell, index) => (absent.includes(index) ? false : cell));
}

/** A cell by its column's place: text, `null`, or `false` where the row's part has no such column. */
function cellAt(place, row) {
  const { absent = [] } = opened.parts[partOfRow(row)] ?? {};
  return absent.includes(place) ? false : shopCell(opened.columns[place], place, row);
}

function sourcesOf(first, last) {
  const sources = sourcesOfRows(Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at));
  return sources === undefined ? {} : { sources };
}

function sourcesOfRows(rows) {
  if (opened.parts.length === 1) return undefined;
  const sources = [];
  for (const row of rows) {
    const part = partOfRow(row);
    if (sources.at(-1)?.part === part) sources.at(-1).rows += 1;
    else sources.push({ rows: 1, part });
  }
  return sources;
}

/** Long values come cut, as the worker's do. */
function clip(cells) {
  return cells.map((cell) =>
    cell !== null && cell !== false && cell.length > 500 ? { text: cell.slice(0, 500), length: cell.length } : cell,
  );
}

/** Reads the part on to its end, as the worker would: ten snapshots a second. */
window.growPart = () => {
  const timer = setInterval(() => {
    const { progress } = opened;
    const rows = Math.min(248_113, progress.rows + 7_311);
    const isDone = rows === 248_113;
    opened.progress = {
      ...progress,
      rows,
      state: isDone ? 'complete' : 'reading',
      blocks: Math.floor(rows / 517),
      bytesScanned: rows * 110,
      bytesRead: rows * 110,
      requests: progress.requests + 1,
    };
    tell('rows/progress', opened.progress);
    if (isDone) clearInterval(timer);
  }, 100);
};

const side = (mode, files, bytes, columns, missingFiles = 0) => ({ mode, files, bytes, columns, missingFiles });
const table = (name, change, from, to, more = {}) => ({
  name,
  change,
  ...(from ? { from } : {}),
  ...(to ? { to } : {}),
  columnsAdded: [],
  columnsRemoved: [],
  isInternal: false,
  ...more,
});
const many = [
  'sessions',
  '_add_to_cart_',
  '_key_events_pm__plp_visit_collection',
  '_checkout_started',
  '_checkout_done',
  '_search',
  '_filter_used',
  '_newsletter_signup',
  '_wishlist_add',
  '_review_written',
  '_coupon_used',
  '_store_locator',
  '_size_guide',
];
const gigabyte = 1024 ** 3;
const megabyte = 1024 ** 2;
const diff = {
  from: '1240',
  to: '1241',
  summary: 'pageviews was resynced in full · users gained loyalty_tier · _cart_opened is new',
  tables: [
    table(
      'pageviews',
      'resynced',
      side('incremental', 58, 2.9 * gigabyte, 35),
      side('full', 61, 3.1 * gigabyte, 35),
    ),
    table('_quiz_done', 'gone', side('incremental', 1, 0.4 * megabyte, 22), undefined),
    table('_cart_opened', 'added', undefined, side('full', 2, 3 * megabyte, 31)),
    table(
      'users',
      'delivered',
      side('incremental', 1, 12 * megabyte, 9),
      side('incremental', 1, 14 * megabyte, 10),
      { columnsAdded: ['loyalty_tier'] },
    ),
    table(
      '_banner_seen',
      'delivered',
      side('incremental', 3, 9 * megabyte, 24),
      side('incremental', 4, undefined, 23, 2),
      { columnsRemoved: ['slot'] },
    ),
    table(
      '_product_seen',
      'incremental',
      side('full', 40, 1.2 * gigabyte, 30),
      side('incremental', 2, 31 * megabyte, 30),
    ),
    table('user_migrations', 'migrations', side('full', 1, 7.9 * megabyte, 3), side('full', 1, 8 * megabyte, 3)),
    ...many.map((name, at) =>
      table(
        name,
        'delivered',
        side('incremental', 2, (at + 3) * megabyte, 28),
        side('incremental', 2, (at + 4) * megabyte, 28),
      ),
    ),
    table('_event_metadata', 'delivered', side('full', 1, 21_000, 6), side('full', 1, 21_400, 6), {
      isInternal: true,
    }),
    table('_gift_card', 'unchanged', side('incremental', 0, 0, 26), side('incremental', 0, 0, 26)),
    table('_pickup', 'unchanged', side('incremental', 0, 0, 26), side('incremental', 0, 0, 26)),
  ],
  definitions: { added: ['Channel'], removed: [], changed: ['Customer segment'] },
};
const heading = (dump, delivered, tables, files) => ({ dump, delivered, tables, files });
const diffs = {
  diff: () => ({
    connection: 'csq-rs3-acme',
    from: heading('1240', Date.UTC(2026, 10, 21, 4, 9, 2), 22, 131),
    to: heading('1241', Date.UTC(2026, 10, 22, 4, 12, 40), 22, 104),
    diff,
  }),
  diffGap: () => ({
    ...diffs.diff(),
    from: heading('1238', Date.UTC(2026, 10, 19, 4, 9, 2), 22, 131),
    diff: { ...diff, from: '1238' },
  }),
  diffEmpty: () => ({
    ...diffs.diff(),
    diff: {
      from: '1240',
      to: '1241',
      summary: '',
      tables: diff.tables.slice(-2),
      definitions: { added: [], removed: [], changed: [] },
    },
  }),
};
const diffHandlers = {
  async 'diff/open'() {
    if (scenario === 'diffFailure')
      throw fail({
        message: 'manifests/sync_1240.json is not JSON: unexpected end of text at character 1,812.',
        hint: 'The file may have been cut while it was copied.',
        actions: [
          { id: 'openText', title: 'Open as Text' },
          { id: 'retry', title: 'Retry' },
        ],
      });
    return (diffs[scenario] ?? diffs.diff)();
  },
};

const handlers = { ...rowsHandlers, ...diffHandlers };

function send(message) {
  window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) }));
}

function tell(method, params) {
  send({ jsonrpc: '2.0', method, params: Array.isArray(params) ? [params] : params });
}
window.tellView = tell;

async function receive({ id, method, params }) {
  calls.push({ method, params });
  const argument = Array.isArray(params) ? params[0] : params;
  if (id === undefined) {
    await handlers[method]?.(argument);
    return;
  }
  try {
    const result = await handlers[method](argument);
    send({ jsonrpc: '2.0', id, result });
  } catch (error) {
    send({ jsonrpc: '2.0', id, error: { code: -32603, message: error.message, data: error.data } });
  }
}

const memory = `state:${scenario}:${query.get('memory') ?? ''}`;
window.acquireVsCodeApi = () => ({
  postMessage: (message) => void Promise.resolve(structuredClone(message)).then(receive),
  getState: () => (query.has('memory') ? JSON.parse(window.sessionStorage.getItem(memory) ?? 'null') : undefined),
  setState: (state) => window.sessionStorage.setItem(memory, JSON.stringify(state)),
});
