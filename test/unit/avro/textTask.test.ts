import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockEngine } from '../../../src/avro/engine/blockEngine';
import type { BlockTask } from '../../../src/avro/tasks/blockTask';
import { createCellsTask } from '../../../src/avro/tasks/cellsTask';
import { type ColumnPlan, planColumns, withNestedPrinters } from '../../../src/avro/values/columns';
import { createBlockEngine } from '../../../src/avro/engine/engines';
import type { StretchResult, TextFormat } from '../../../src/avro/tasks/scanProgram';
import { parseSchema } from '../../../src/avro/container/schema';
import { createTextTask, textHead } from '../../../src/avro/tasks/textTask';
import { delimitedField, guardFormula, textOfJson } from '../../../src/core/rowText';
import { sized, varint } from './container';
import { flatRows } from './flatRows';
import { streamRows } from './reading';
import { cellRows } from './cellRows';

const plansOf = (schema: object): readonly ColumnPlan[] => planColumns(parseSchema(JSON.stringify(schema)));
const record = (fields: Readonly<Record<string, unknown>>): object => ({
  type: 'record',
  name: 'R',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

interface Block {
  readonly data: Uint8Array;
  readonly rows: number;
  readonly mask?: Uint8Array;
}

/** The result of one task over some blocks, in a kind of engine. */
async function run(
  prefer: 'wasm' | 'script',
  plans: readonly ColumnPlan[],
  task: BlockTask,
  blocks: readonly Block[],
): Promise<Partial<StretchResult>> {
  const engine = await createBlockEngine(plans, 'null', { maxBlockBytes: 1e9, prefer });
  for (const { data, rows, mask } of blocks) {
    await engine.open(data, rows);
    for (let batch = engine.nextBatch(); batch !== undefined; batch = engine.nextBatch()) {
      task.take(batch, mask?.subarray(batch.firstRow, batch.firstRow + batch.rows));
    }
    expect(engine.outcome().problem).toBeUndefined();
  }
  return task.finish();
}

async function textOf(
  prefer: 'wasm' | 'script',
  plans: readonly ColumnPlan[],
  format: TextFormat,
  blocks: readonly Block[],
): Promise<string> {
  const { text } = await run(prefer, plans, createTextTask(plans, format), blocks);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
}

async function bothTexts(
  plans: readonly ColumnPlan[],
  format: TextFormat,
  blocks: readonly Block[],
): Promise<string> {
  const expected = await textOf('script', plans, format, blocks);
  expect(await textOf('wasm', plans, format, blocks)).toBe(expected);
  return expected;
}

/** What the values' JSON texts make, put together here. */
function expectedText(
  rows: readonly (readonly string[])[],
  plans: readonly ColumnPlan[],
  format: TextFormat,
): string {
  const place = (name: string): number => plans.findIndex(({ column }) => column.name === name);
  const lines = rows.map((row) => {
    const cells = format.columns.map((name) => row[place(name)] ?? 'null');
    if (format.format === 'ndjson') {
      return `{${cells.map((json, index) => `${JSON.stringify(format.columns[index])}:${json}`).join(',')}}\n`;
    }
    const delimiter = format.format === 'csv' ? ',' : '\t';
    const fields = cells.map((json, index) => {
      const text = textOfJson(json);
      const isGuarded = format.formulaGuard && plans[place(format.columns[index]!)]?.column.kind === 'text';
      return delimitedField(text !== null && isGuarded ? guardFormula(text) : text, delimiter);
    });
    return `${fields.join(delimiter)}\n`;
  });
  return lines.join('');
}

const formats = fc.record({
  format: fc.constantFrom('csv', 'tsv', 'ndjson'),
  formulaGuard: fc.boolean(),
});

/** Texts of which not all is UTF-8, cut anywhere. */
const anyPieces = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.constantFrom('é', '日本', '🛒', 'a', 'plain text of some length', 'a"\\b\n').map((text) => Buffer.from(text)),
  fc.constantFrom(
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe0, 0x80],
    [0xf0, 0x9f],
    [0xc0, 0xaf],
    [0xff],
    [0xe2, 0x9b],
    [0xc3],
    [0xf0, 0x9f, 0x9b],
  ),
);
const anyBytes = fc
  .array(anyPieces, { maxLength: 12 })
  .map((list) => Buffer.concat(list.map((piece) => Buffer.from(piece))));

describe('rows as text', () => {
  it('are the same bytes in both engines, of all rows and of some', async () => {
    await fc.assert(
      fc.asyncProperty(
        flatRows(8, 30),
        formats,
        fc.infiniteStream(fc.boolean()),
        fc.nat(),
        async ({ schema, rows, data }, format, chosen, seed) => {
          const plans = plansOf(schema);
          const names = plans.map(({ column }) => column.name);
          // Some columns, in another order, and one that is not there.
          const columns = [...names.slice(seed % (names.length + 1)), 'none', ...names.slice(0, seed % 3)];
          const mask = Uint8Array.from(rows, () => (chosen.next().value === true ? 1 : 0));
          const spelled = { ...format, columns };
          const all = await bothTexts(plans, spelled, [{ data, rows: rows.length }]);
          const some = await bothTexts(plans, spelled, [
            { data, rows: rows.length, mask },
            { data, rows: rows.length, mask: mask.map((bit) => 1 - bit) },
          ]);
          const { cells: packed } = await run('script', plans, createCellsTask(plans, names), [
            { data, rows: rows.length },
          ]);
          const cells = cellRows(packed);
          expect(all).toBe(expectedText(cells, plans, spelled));
          const parted = [
            ...cells.filter((_, row) => mask[row] === 1),
            ...cells.filter((_, row) => mask[row] === 0),
          ];
          expect(some).toBe(expectedText(parted, plans, spelled));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are valid UTF-8 whatever the bytes of a text are', async () => {
    const plans = plansOf(record({ a: 'string', b: ['null', 'string'] }));
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes, { minLength: 1, maxLength: 8 }), formats, async (texts, format) => {
        const data = Buffer.concat(texts.flatMap((text) => [sized(text), varint(1), sized(text)]));
        const text = await bothTexts(plans, { ...format, columns: ['a', 'b'] }, [{ data, rows: texts.length }]);
        if (format.format !== 'ndjson') return;
        const read = text.split('\n').slice(0, -1);
        expect(read.map((line) => JSON.parse(line) as unknown)).toEqual(
          texts.map((bytesOf) => ({ a: bytesOf.toString(), b: bytesOf.toString() })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are NDJSON with longs in quotes, hex, symbols, and what the schema lacks as NULL', async () => {
    const plans = plansOf(
      record({
        id: 'long',
        count: 'int',
        on: 'boolean',
        raw: 'bytes',
        color: { type: 'enum', name: 'E', symbols: ['RED', 'é"'] },
        rate: 'double',
        day: { type: 'int', logicalType: 'date' },
        'na"me': ['string', 'null'],
      }),
    );
    const rate = Buffer.alloc(8);
    rate.writeDoubleLE(0.1);
    const row = Buffer.concat([
      varint(-(2n ** 63n)), varint(-5), Buffer.of(1), sized(Buffer.of(0, 255)), varint(1), rate, varint(19_000),
      varint(0), sized('a\u2028\u0001"'),
    ]); // prettier-ignore
    const columns = [...plans.map(({ column }) => column.name), 'later'];
    const blocks = [{ data: row, rows: 1 }];
    expect(await bothTexts(plans, { format: 'ndjson', columns, formulaGuard: true }, blocks)).toBe(
      '{"id":"-9223372036854775808","count":-5,"on":true,"raw":"00ff","color":"é\\"","rate":0.1,' +
        '"day":"2022-01-08","na\\"me":"a\u2028\\u0001\\"","later":null}\n',
    );
    expect(await bothTexts(plans, { format: 'csv', columns, formulaGuard: true }, blocks)).toBe(
      '-9223372036854775808,-5,true,00ff,"é""",0.1,2022-01-08,"a\u2028\u0001""",\n',
    );
  });

  it('are guarded against formulas in texts, and in nothing else', async () => {
    const plans = plansOf(record({ a: 'string', n: 'long' }));
    const data = Buffer.concat(
      ['=1', '+1', '-1', '@a', '\ta', '\ra', '', "'", 'a='].flatMap((a) => [sized(a), varint(-1)]),
    );
    const format = { format: 'csv', columns: ['a', 'n'], formulaGuard: true } as const;
    const lines = ["'=1,-1", "'+1,-1", "'-1,-1", "'@a,-1", "'\ta,-1", '"\'\ra",-1', '"",-1', "',-1", 'a=,-1', ''];
    expect(await bothTexts(plans, format, [{ data, rows: 9 }])).toBe(lines.join('\n'));
    expect(await bothTexts(plans, { ...format, formulaGuard: false }, [{ data, rows: 9 }])).toBe(
      lines.map((line) => line.replace(/^("?)'(?!,)/, '$1')).join('\n'),
    );
  });

  it('have a head in CSV and TSV', () => {
    const columns = ['id', 'a,b', '=x'];
    const head = (format: TextFormat['format'], formulaGuard: boolean): string =>
      Buffer.from(textHead({ format, columns, formulaGuard })).toString();
    expect(head('csv', true)).toBe('id,"a,b",\'=x\n');
    expect(head('tsv', false)).toBe('id\ta,b\t=x\n');
    expect(head('ndjson', true)).toBe('');
  });

  it('of nothing are nothing, and rows without columns are rows', async () => {
    const plans = plansOf(record({ a: 'int' }));
    const data = Buffer.concat([varint(1), varint(2)]);
    const none = { columns: [], formulaGuard: true };
    expect(await bothTexts(plans, { ...none, format: 'ndjson' }, [{ data, rows: 2 }])).toBe('{}\n{}\n');
    expect(await bothTexts(plans, { ...none, format: 'csv' }, [{ data, rows: 2 }])).toBe('\n\n');
    expect(await bothTexts(plans, { ...none, format: 'csv' }, [])).toBe('');
  });

  it('are whole where rows are many or large', async () => {
    const plans = plansOf(record({ a: 'string', n: 'int' }));
    const texts = [
      'x'.repeat(3_000_000),
      '\u0001'.repeat(400_000),
      'é'.repeat(700_000),
      'y',
      '"'.repeat(1_100_000),
    ];
    const data = Buffer.concat(texts.flatMap((text, index) => [sized(text), varint(index)]));
    const small = Buffer.concat(
      Array.from({ length: 40_000 }, (_, n) => Buffer.concat([sized(`text ${n}`), varint(n)])),
    );
    const blocks = [
      { data, rows: texts.length },
      { data: small, rows: 40_000 },
      { data, rows: texts.length },
    ];
    for (const format of ['ndjson', 'csv'] as const) {
      const text = await bothTexts(plans, { format, columns: ['n', 'a'], formulaGuard: true }, blocks);
      expect(text.split('\n')).toHaveLength(40_011);
    }
  });

  it('are written where rows are nested', async () => {
    const plans = await withNestedPrinters(plansOf(record({ l: { type: 'array', items: 'string' }, a: 'string' })));
    const data = Buffer.concat([varint(1), sized('x,"'), varint(0), sized('b')]);
    const format = { format: 'csv', columns: ['l', 'a'], formulaGuard: true } as const;
    expect(await textOf('wasm', plans, format, [{ data, rows: 1 }])).toBe('"[""x,\\""""]",b\n');
  });
});

describe('cells', () => {
  it('are the same in both engines and in a row stream', async () => {
    const { container, typeFor } = await import('./container');
    await fc.assert(
      fc.asyncProperty(flatRows(8, 30), fc.infiniteStream(fc.boolean()), async ({ schema, rows, data }, chosen) => {
        const plans = plansOf(schema);
        const names = plans.map(({ column }) => column.name);
        const columns = ['none', ...names.toReversed()];
        const mask = Uint8Array.from(rows, () => (chosen.next().value === true ? 1 : 0));
        const blocks = [
          { data, rows: rows.length },
          { data, rows: rows.length, mask },
        ];
        const [wasm, script] = await Promise.all(
          (['wasm', 'script'] as const).map((prefer) =>
            run(prefer, plans, createCellsTask(plans, columns), blocks),
          ),
        );
        expect(wasm).toEqual(script);
        const stream = await streamRows(container(schema, rows, { type: typeFor(schema, 'always') }));
        const whole = stream.rows.map((row) => ['null', ...row.toReversed()]);
        expect(cellRows(script?.cells)).toEqual([...whole, ...whole.filter((_, row) => mask[row] === 1)]);
      }),
      { numRuns: 100 },
    );
  });

  it('are the same in both engines whatever the bytes of a text are', async () => {
    const plans = plansOf(record({ a: 'string', e: { type: 'enum', name: 'E', symbols: ['é"', 'plain'] } }));
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes, { minLength: 1, maxLength: 40 }), async (texts) => {
        const data = Buffer.concat(texts.flatMap((text, index) => [sized(text), varint(index % 2)]));
        const blocks = [{ data, rows: texts.length }];
        const { cells } = await run('wasm', plans, createCellsTask(plans, ['a', 'e']), blocks);
        const expected = texts.map((text, index) => [
          JSON.stringify(text.toString()),
          index % 2 === 0 ? '"é\\""' : '"plain"',
        ]);
        expect(cellRows(cells)).toEqual(expected);
        const again = await run('script', plans, createCellsTask(plans, ['a', 'e']), blocks);
        expect(cellRows(again.cells)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('are whole where rows are large', async () => {
    const plans = plansOf(record({ a: 'string', n: 'int' }));
    const texts = ['日'.repeat(700_000), 'é'.repeat(700_000), 'y', '"'.repeat(1_100_000), ''];
    const data = Buffer.concat(texts.flatMap((text, index) => [sized(text), varint(index)]));
    const { cells } = await run('wasm', plans, createCellsTask(plans, ['a', 'n']), [{ data, rows: texts.length }]);
    expect(cellRows(cells)).toEqual(texts.map((text, index) => [JSON.stringify(text), String(index)]));
  });

  it('go on when the engine has taken another memory', async () => {
    const plans = plansOf(record({ a: 'bytes' }));
    const engine: BlockEngine = await createBlockEngine(plans, 'null', { maxBlockBytes: 1e9 });
    const task = createTextTask(plans, { format: 'csv', columns: ['a'], formulaGuard: false });
    const kernels = new Set<unknown>();
    for (const data of [sized('a'), sized(Buffer.alloc(33 * 1024 * 1024)), sized('b')]) {
      await engine.open(data, 1);
      const batch = engine.nextBatch()!;
      kernels.add(batch.wasm?.kernel);
      task.take(batch, data.length > 100 ? Uint8Array.of(0) : undefined);
    }
    expect(kernels.size).toBe(2);
    expect(Buffer.from(task.finish().text!).toString()).toBe('61\n62\n');
  });
});
