// Filters, sorts, searches and statistics of the scripted host: over its own generated rows, by a few plain loops that share no code with the product.

const sampleRows = 10_000;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const compare = (kind) => (a, b) => {
  if (kind === 'integer') return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (kind === 'number') return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
};

function columnTest({ column, test, values, ignoreCase }, columns, cellAt) {
  const place = columns.findIndex(({ name }) => name === column);
  if (place < 0) throw new Error(`There is no column ${column}.`);
  const { kind } = columns[place];
  const order = compare(kind);
  const fold = (text) => (ignoreCase ? text.toLowerCase() : text);
  const wanted = values.map(fold);
  const set = new Set(wanted);
  const pattern = test.startsWith('matches') ? new RegExp(values[0], ignoreCase ? 'ui' : 'u') : undefined;
  const positive = {
    equals: (text) =>
      kind === 'integer' || kind === 'number' ? order(text, values[0]) === 0 : fold(text) === wanted[0],
    in: (text) => set.has(fold(text)),
    contains: (text) => fold(text).includes(wanted[0]),
    startsWith: (text) => fold(text).startsWith(wanted[0]),
    endsWith: (text) => fold(text).endsWith(wanted[0]),
    matches: (text) => pattern.test(text),
    less: (text) => order(text, values[0]) < 0,
    lessOrEqual: (text) => order(text, values[0]) <= 0,
    greater: (text) => order(text, values[0]) > 0,
    greaterOrEqual: (text) => order(text, values[0]) >= 0,
    between: (text) => order(text, values[0]) >= 0 && order(text, values[1]) <= 0,
    isEmpty: (text) => text === '',
  };
  const opposite = {
    differs: 'equals',
    notIn: 'in',
    containsNot: 'contains',
    matchesNot: 'matches',
    isNotEmpty: 'isEmpty',
  }[test];
  const holds = positive[opposite ?? test];
  const cell = (row) => cellAt(place, row);
  if (test === 'isNull') return (row) => cell(row) === null;
  if (test === 'isNotNull') return (row) => cell(row) !== null;
  if (test === 'isAbsent') return (row) => cell(row) === false;
  if (test === 'isPresent') return (row) => cell(row) !== false;
  return (row) => {
    const text = cell(row);
    const isHeld = text !== null && text !== false && holds(text);
    return opposite === undefined ? isHeld : !isHeld;
  };
}

function findTest({ text, matchCase, isRegex, columns: only }, columns, cellAt) {
  const pattern = isRegex
    ? new RegExp(text, matchCase ? 'u' : 'iu')
    : new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), matchCase ? 'u' : 'iu');
  const places = columns.flatMap(({ name }, place) => (only === undefined || only.includes(name) ? [place] : []));
  return (row) => places.filter((place) => pattern.test(cellAt(place, row) || ''));
}

function rowTest(filter, columns, cellAt) {
  if (filter === undefined) return () => true;
  if (filter.kind === 'test') return columnTest(filter, columns, cellAt);
  if (filter.kind === 'find') {
    const found = findTest(filter, columns, cellAt);
    return (row) => found(row).length > 0;
  }
  const tests = filter.of.map((one) => rowTest(one, columns, cellAt));
  return filter.kind === 'all'
    ? (row) => tests.every((test) => test(row))
    : (row) => tests.some((test) => test(row));
}

function statisticsOf(column, place, rows, cellAt) {
  const counts = new Map();
  let nulls = 0;
  let empty = 0;
  let absent = 0;
  for (const row of rows) {
    const text = cellAt(place, row);
    if (text === false) absent += 1;
    else if (text === null) nulls += 1;
    else {
      if (text === '') empty += 1;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  // Sorting a hundred thousand ids would take seconds: the least and the greatest are looked for.
  const values = [...counts.keys()];
  const keys =
    column.kind === 'integer' ? values.map(BigInt) : column.kind === 'number' ? values.map(Number) : values;
  let least = 0;
  let greatest = 0;
  for (let at = 1; at < keys.length; at += 1) {
    if (keys[at] < keys[least]) least = at;
    if (keys[at] > keys[greatest]) greatest = at;
  }
  const lengths = values.map((text) => [[...text].length, counts.get(text)]);
  const many = rows.length - nulls - absent;
  const isNumeric = column.kind === 'integer' || column.kind === 'number';
  const isTime =
    !isNumeric &&
    values.length > 0 &&
    values.every((text) => !Number.isNaN(Date.parse(text)) && /^\d{4}-/.test(text));
  const timeOf = (text) => Date.parse(/Z$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  const numbers = isNumeric ? values.map(Number) : isTime ? values.map(timeOf) : [];
  return {
    column: column.name,
    rows: rows.length,
    nulls,
    absent,
    empty,
    distinct: values.length,
    isDistinctExact: values.length < 5000,
    ...(values.length === 0 ? {} : { min: values[least].slice(0, 200), max: values[greatest].slice(0, 200) }),
    ...(column.kind === 'text' && values.length > 0
      ? {
          minLength: lengths.reduce((short, [length]) => Math.min(short, length), Infinity),
          maxLength: lengths.reduce((long, [length]) => Math.max(long, length), 0),
          averageLength: lengths.reduce((sum, [length, times]) => sum + length * times, 0) / many,
        }
      : {}),
    ...(column.kind === 'integer' && many > 0
      ? { sum: String(values.reduce((sum, text) => sum + BigInt(text) * BigInt(counts.get(text)), 0n)) }
      : {}),
    ...(isNumeric && many > 0
      ? { mean: values.reduce((sum, text) => sum + Number(text) * counts.get(text), 0) / many }
      : {}),
    top: [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 20)
      .map(([value, count]) => ({ value, count })),
    isTopExact: true,
    ...(numbers.length > 1 ? { histogram: histogram(values, numbers, counts, isTime) } : {}),
  };
}

function histogram(values, numbers, counts, isTime) {
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const width = (numbers.reduce((a, b) => Math.max(a, b)) - least) / 20 || 1;
  const bins = new Array(20).fill(0);
  numbers.forEach(
    (number, at) => (bins[Math.min(19, Math.floor((number - least) / width))] += counts.get(values[at])),
  );
  const edge = (at) => (isTime ? new Date(least + at * width).toISOString() : String(least + at * width));
  return { kind: isTime ? 'time' : 'number', edges: Array.from({ length: 21 }, (_, at) => edge(at)), counts: bins };
}

/**
 * Handlers for `protocol/rowsQuery`. `options`: `scan` `slow` reads 400 rows a tenth of a second; `cost` makes `ask` answer with a question;
 * `answer` `late` tells of a view's rows before it says that the view is there. Rows are given from then on only, as by the host.
 */
export function createFakeQueries(opened, cellAt, tell, options) {
  const views = new Map();
  const stopped = new Set();
  const slice = options.scan === 'slow' ? 400 : 20_000;
  const pause = options.scan === 'slow' ? 100 : 1;
  const cost = { asks: { bytes: 3.1 * 1024 ** 3, requests: 803 } };
  const all = () => (opened().progress.state === 'complete' ? opened().progress.rows : 248_113);
  const rowsOf = (view) => (view === 0 ? undefined : views.get(view)?.rows);
  const lengthOf = (view) => rowsOf(view)?.length ?? (view === 0 ? all() : 0);
  const numberAt = (view, place) => rowsOf(view)?.[place] ?? place;

  /** Looks at rows slice by slice, telling how far it is; true when it came to the end. */
  async function scan(total, scope, key, look, onProgress) {
    const began = Date.now();
    const bytesTotal = Math.round((opened().totalBytes * total) / Math.max(1, all()));
    const progress = (state, done) => ({
      state,
      scope,
      rowsDone: done,
      matched: look.matched(),
      bytesDone: Math.round((bytesTotal * done) / Math.max(1, total)),
      bytesTotal,
      elapsed: Date.now() - began,
    });
    for (let from = 0; from < total; from += slice) {
      await wait(pause);
      if (stopped.has(key)) {
        onProgress(progress('cancelled', from));
        return;
      }
      const to = Math.min(total, from + slice);
      for (let at = from; at < to; at += 1) look.at(at);
      if (to < total) onProgress(progress('running', to));
    }
    look.end?.();
    onProgress({ ...progress('complete', total), ...(look.note === undefined ? {} : { note: look.note }) });
  }

  async function runView({ view, query, scope }) {
    const { columns } = opened();
    const test = rowTest(query.filter, columns, cellAt);
    const found = [];
    const state = { rows: [] };
    views.set(view, state);
    const isSorted = (query.sort ?? []).length > 0;
    const look = {
      matched: () => found.length,
      at: (row) => {
        if (test(row)) found.push(row);
      },
      end: () => {
        if (isSorted) sortRows(found, query.sort, columns, cellAt);
        state.rows = found;
      },
      ...(isSorted && all() > 200_000 ? { note: 'sorted with 48 MB on disk' } : {}),
    };
    if (!isSorted) state.rows = found;
    const total = scope === 'sample' ? Math.min(sampleRows, all()) : all();
    await scan(total, scope, `view ${view}`, look, (progress) => {
      if (views.has(view)) tell('rowsView/progress', { view, length: state.rows.length, progress });
    });
  }

  async function runFind({ view, test, scope }) {
    const { columns } = opened();
    const find = findTest(test, columns, cellAt);
    const key = `find ${view}`;
    const matches = [];
    const state = { find, matches };
    finds.set(view, state);
    stopped.delete(key);
    const look = {
      matched: () => matches.length,
      at: (place) => {
        if (find(numberAt(view, place)).length > 0) matches.push(place);
      },
    };
    const total = scope === 'sample' ? Math.min(sampleRows, lengthOf(view)) : lengthOf(view);
    await scan(total, scope === 'ask' ? 'all' : scope, key, look, (progress) => {
      if (finds.get(view) === state) tell('find/progress', { view, matches: matches.length, progress });
    });
  }

  const finds = new Map();
  const broken = (error) => {
    throw Object.assign(error, { data: { message: error.message, hint: '', actions: [] } });
  };
  const isAsked = ({ scope }) => scope === 'ask' && options.cost === '1';
  const scopeOf = ({ scope }) => (scope === 'ask' ? 'all' : scope);

  return {
    lengthOf,
    numberAt,
    /** A page of a view; `fill` gives the rows of these numbers and where they come from. */
    page(view, first, count, fill) {
      if (views.get(view)?.isThere !== true) broken(new Error(`View ${view} is not there.`));
      const numbers = views.get(view).rows.slice(first, first + count);
      return { first, ...fill(numbers), numbers };
    },
    handlers: {
      async 'rowsView/open'(params) {
        if (isAsked(params)) return cost;
        try {
          rowTest(params.query.filter, opened().columns, cellAt);
        } catch (error) {
          broken(error);
        }
        void runView({ ...params, scope: scopeOf(params) });
        if (options.answer === 'late') await wait(500);
        const state = views.get(params.view);
        if (state !== undefined) state.isThere = true;
        return null;
      },
      async 'rowsView/close'({ view }) {
        stopped.add(`view ${view}`);
        views.delete(view);
      },
      async 'rowsView/cancel'({ view }) {
        stopped.add(`view ${view}`);
      },
      async 'find/start'(params) {
        if (params.test === null) {
          finds.delete(params.view);
          return null;
        }
        if (isAsked(params)) return cost;
        try {
          findTest(params.test, opened().columns, cellAt);
        } catch (error) {
          broken(error);
        }
        void runFind({ ...params, scope: scopeOf(params) });
        return null;
      },
      async 'find/next'({ view, from, direction }) {
        const state = finds.get(view);
        if (state === undefined) return null;
        const { matches } = state;
        const rank =
          direction === 1
            ? matches.findIndex((place) => place > from)
            : matches.findLastIndex((place) => place < from);
        if (rank < 0) return null;
        return { position: matches[rank], columns: state.find(numberAt(view, matches[rank])), rank };
      },
      async 'statistics/ask'({ id, view, columns: names, scope }) {
        if (scope === 'ask' && options.cost === '1') return cost;
        const { columns } = opened();
        const total = scope === 'sample' ? Math.min(sampleRows, lengthOf(view)) : lengthOf(view);
        const rows = [];
        let last;
        const look = { matched: () => rows.length, at: (place) => rows.push(numberAt(view, place)) };
        await scan(total, scopeOf({ scope }), `statistics ${id}`, look, (progress) => {
          last = progress;
          if (progress.state === 'running') tell('statistics/snapshot', { id, columns: [], progress });
        });
        const asked = columns.flatMap((column, place) => (names.includes(column.name) ? [[column, place]] : []));
        return {
          columns: asked.map(([column, place]) => statisticsOf(column, place, rows, cellAt)),
          progress: last ?? {
            state: 'complete',
            scope: scopeOf({ scope }),
            rowsDone: 0,
            matched: 0,
            bytesDone: 0,
            bytesTotal: 0,
            elapsed: 0,
          },
        };
      },
      async 'statistics/cancel'({ id }) {
        stopped.add(`statistics ${id}`);
      },
      async 'rowsView/export'(params) {
        return isAsked(params) ? cost : null;
      },
      async 'rowsView/showAsSql'() {},
      async 'rows/findUser'() {},
    },
  };
}

function sortRows(rows, keys, columns, cellAt) {
  const orders = keys.map(({ column, descending }) => {
    const place = columns.findIndex(({ name }) => name === column);
    return { place, order: compare(columns[place].kind), sign: descending ? -1 : 1 };
  });
  const cells = new Map(rows.map((row) => [row, orders.map(({ place }) => cellAt(place, row) || null)]));
  rows.sort((a, b) => {
    for (const [at, { order, sign }] of orders.entries()) {
      const [left, right] = [cells.get(a)[at], cells.get(b)[at]];
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
      } else if (order(left, right) !== 0) return sign * order(left, right);
    }
    return a - b;
  });
}
