import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure';
import { shownCell } from '../fuzz/cells';
import { createRandom } from '../fuzz/random';
import { readCells, readShown, readStream } from '../fuzz/readings';
import { parseExact, type Raw, type TableShape } from '../fuzz/shapes';
import { everyType, exportTable } from '../fuzz/tables';
import { runOrFail } from '../harness/run.mjs';
import { block, header } from '../unit/avro/container';
import { runJava, runPython, whyNoWriter, type WriterPlan } from './writers/writers';

/**
 * Files that others write, in every codec they have, both orders of unions and several sizes of blocks: what we read is compared cell by
 * cell with what the writer's own reader gives, and that with what was to be written.
 */

interface Table {
  readonly name: string;
  readonly shape: TableShape;
  readonly rows: readonly Raw[];
}

const rowCount = 150;

function tables(isPlain: boolean): readonly Table[] {
  return [true, false].flatMap((nullFirst) => {
    const order = nullFirst ? 'null first' : 'null last';
    return [
      [`every type, ${order}`, everyType({ isPlain, nullFirst })] as const,
      [`the export's columns, ${order}`, exportTable({ isPlain, nullFirst })] as const,
    ].map(([name, shape], index): Table => {
      const random = createRandom(4 + index);
      return { name, shape, rows: Array.from({ length: rowCount }, () => shape.make(random)) };
    });
  });
}

/** The slow codecs write fewer blocks. */
const blockSizesOf = (codec: string): readonly number[] =>
  codec === 'xz' || codec === 'bzip2' ? [5_000, 1_000_000] : [64, 5_000, 1_000_000];
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dce-writers-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const fileOf = (writer: string, table: number, codec: string, blockBytes: number): string =>
  path.join(folder, `${writer}-${table}-${codec}-${blockBytes}.avro`);

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}

/** A map's entries may come in any order. */
async function expectCells(file: string, shape: TableShape, rows: readonly Raw[]): Promise<void> {
  const bytes = await readFile(file);
  const expected = rows.map((row) =>
    shape.columns.map((column, index) => column.json((row as Raw[])[index]!, 'json')),
  );
  const cells = await readCells(bytes);
  expect(cells.damage).toEqual([]);
  expect(cells.names).toEqual(shape.names);
  expect(cells.rows).toEqual(expected);
  expect((await readStream(bytes)).rows).toEqual(expected);
  const shown = rows.map((row) => shape.columns.map((column, i) => shownCell(column, (row as Raw[])[i]!)));
  expect((await readShown(bytes)).rows).toEqual(shown);
}

function describeWriter(
  writer: 'java' | 'python',
  options: { readonly codecs: readonly string[]; readonly run: (plan: string) => Promise<void> },
  skipReason: string | undefined,
): void {
  const all = tables(false);
  describe.skipIf(skipReason !== undefined)(
    `files written in ${writer}${skipReason === undefined ? '' : ` (${skipReason})`}`,
    () => {
      const jobs = (): WriterPlan['jobs'] =>
        all.flatMap((_, table) =>
          options.codecs.flatMap((codec) =>
            blockSizesOf(codec).map((blockBytes) => {
              const file = fileOf(writer, table, codec, blockBytes);
              return { table, codec, blockBytes, file, back: `${file}.ndjson` };
            }),
          ),
        );

      beforeAll(async () => {
        const plan: WriterPlan = {
          tables: all.map(({ shape, rows }) => ({ schema: JSON.stringify(shape.schema), rows })),
          jobs: jobs(),
        };
        const file = path.join(folder, `${writer}.json`);
        await writeFile(file, JSON.stringify(plan));
        await options.run(file);
      });

      for (const codec of options.codecs) {
        for (const [table, { name, shape, rows }] of all.entries()) {
          it(`${codec}: ${name}`, async () => {
            const sizes = new Set<number>();
            for (const blockBytes of blockSizesOf(codec)) {
              const file = fileOf(writer, table, codec, blockBytes);
              const back = (await linesOf(`${file}.ndjson`)).map((line) => JSON.parse(line) as Raw);
              expect(back).toEqual(rows);
              await expectCells(file, shape, back);
              sizes.add((await readShown(await readFile(file))).progress.blocks);
            }
            expect(sizes.size).toBe(blockSizesOf(codec).length);
          });
        }
      }
    },
  );
}

describeWriter(
  'java',
  { codecs: ['null', 'deflate', 'snappy', 'bzip2', 'xz'], run: runJava },
  await whyNoWriter('java'),
);
describeWriter(
  'python',
  { codecs: ['null', 'deflate', 'snappy', 'bzip2', 'zstandard'], run: runPython },
  await whyNoWriter('python'),
);

const noC = await whyNoWriter('c');

describe.skipIf(noC !== undefined)(`files written in C${noC === undefined ? '' : ` (${noC})`}`, () => {
  // Its printer ends texts and bytes at a NUL, and has no NaN.
  const all = tables(true);
  const inputOf = (table: number): string => path.join(folder, `c-input-${table}.avro`);

  beforeAll(async () => {
    for (const [table, { shape, rows }] of all.entries()) {
      const data = Buffer.concat(rows.map((row) => shape.encode(row)));
      await writeFile(inputOf(table), Buffer.concat([header(shape.schema, 'null'), block(data, rows.length)]));
    }
  });

  for (const codec of ['null', 'deflate', 'snappy']) {
    for (const [table, { name, shape, rows }] of all.entries()) {
      it(`${codec}: ${name}`, async () => {
        for (const blockBytes of [16_384, 1_000_000]) {
          const file = fileOf('c', table, codec, blockBytes);
          await runOrFail('avromod', [`--codec=${codec}`, `--block-size=${blockBytes}`, inputOf(table), file]);
          const printed = (await runOrFail('avrocat', [file])).split('\n').filter((line: string) => line !== '');
          const back = printed.map((line: string) => shape.ofAvroJson(parseExact(line)));
          expect(back).toEqual(rows);
          await expectCells(file, shape, back);
        }
      });
    }
  }

  it('lzma, which is C alone: said to be unknown', async () => {
    const file = fileOf('c', 0, 'lzma', 16_384);
    await runOrFail('avromod', ['--codec=lzma', inputOf(0), file]);
    await expect(readCells(await readFile(file))).rejects.toEqual(
      new Failure('avro.unknownCodec', { codec: 'lzma' }),
    );
  });
});
