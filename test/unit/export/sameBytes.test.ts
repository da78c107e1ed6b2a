import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCellsTask } from '../../../src/avro/tasks/cellsTask';
import { createTextTask, textHead } from '../../../src/avro/tasks/textTask';
import type { PackedCells } from '../../../src/core/packedCells';
import { eachBatch, plansOf, type Table, tables } from '../avro/columnKinds';
import { cellRows } from '../avro/cellRows';
import { writeAll } from './writing';

async function cellsOf(table: Table): Promise<readonly (readonly string[])[]> {
  return cellRows(await packedOf(table, 'script'));
}

async function packedOf(
  { schema, bytes, rows, kinds }: Table,
  engine: 'wasm' | 'script',
): Promise<PackedCells | undefined> {
  const plans = await plansOf(schema);
  const task = createCellsTask(
    plans,
    kinds.map(({ name }) => name),
  );
  await eachBatch(plans, bytes, rows.length, engine, (batch) => task.take(batch, undefined));
  return task.finish().cells;
}

it.each(['csv', 'tsv', 'ndjson'] as const)(
  '%s of any columns is byte for byte what the decoders write',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(tables(), fc.boolean(), async (table, formulaGuard) => {
        const plans = await plansOf(table.schema);
        const request = { format, columns: table.kinds.map(({ name }) => name), formulaGuard };
        const task = createTextTask(plans, request);
        await eachBatch(plans, table.bytes, table.rows.length, 'script', (batch) => task.take(batch, undefined));
        const quick = Buffer.concat([textHead(request), task.finish().text ?? new Uint8Array(0)]);
        const columns = plans.map(({ column }) => column);
        const { file } = await writeAll(format, columns, [{ rows: await cellsOf(table) }], { formulaGuard });
        expect(Buffer.from(file).equals(quick), `${Buffer.from(file).toString()}\n---\n${quick.toString()}`).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  },
);

it.each(['json', 'markdown', 'excel', 'parquet'] as const)('%s takes any columns', async (format) => {
  await fc.assert(
    fc.asyncProperty(tables(), async (table) => {
      const columns = (await plansOf(table.schema)).map(({ column }) => column);
      const written = await writeAll(format, columns, [{ rows: await cellsOf(table) }]);
      expect(written.rows).toBe(table.rows.length);
      if (format === 'json') expect(JSON.parse(written.text)).toHaveLength(table.rows.length);
    }),
    { numRuns: 40 },
  );
});

it.each(['wasm', 'script'] as const)('parquet of rows as %s packs them is that of their texts', async (engine) => {
  await fc.assert(
    fc.asyncProperty(tables(), async (table) => {
      const columns = (await plansOf(table.schema)).map(({ column }) => column);
      const packed = await packedOf(table, engine);
      const [quick, plain] = await Promise.all([
        writeAll('parquet', columns, [{ rows: [], ...(packed === undefined ? {} : { packed }) }]),
        writeAll('parquet', columns, [{ rows: await cellsOf(table) }]),
      ]);
      expect(quick.rows).toBe(table.rows.length);
      expect(Buffer.from(quick.file).equals(Buffer.from(plain.file))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
