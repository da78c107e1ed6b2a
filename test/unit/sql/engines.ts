import { PGlite } from '@electric-sql/pglite';
import { DuckDBInstance } from '@duckdb/node-api';
import type { GeneratedSql } from '../../../src/sql/generateSql';
import type { ExportTable, Row } from './randomExport';

/** A database that runs generated statements. Ids come back as text, so that no digit is lost on the way. */
export interface Engine {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly (readonly (string | null)[])[]>;
  /** An empty schema, and nothing outside it in sight. */
  freshSchema(): Promise<void>;
  close(): Promise<void>;
}

export async function openDuckdb(): Promise<Engine> {
  // Never ask the network for an extension; the raw tables are given to it instead.
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_access: 'false',
    threads: '1',
  });
  const connection = await instance.connect();
  await connection.run('SET lock_configuration = true');
  // Trino's regexp_extract answers NULL where nothing matches, DuckDB's an empty text.
  await connection.run(`CREATE MACRO trino_extract
    (line, pattern) AS NULLIF(regexp_extract(line, pattern), ''),
    (line, pattern, part) AS NULLIF(regexp_extract(line, pattern, part), '')`);
  let schemas = 0;
  const engine: Engine = {
    run: async (sql) => {
      await connection.run(sql);
    },
    rows: async (sql) => {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowsJson() as (string | null)[][];
    },
    freshSchema: async () => {
      schemas += 1;
      await engine.run(`CREATE SCHEMA s${schemas}`);
      await engine.run(`USE s${schemas}`);
      if (schemas > 1) await engine.run(`DROP SCHEMA s${schemas - 1} CASCADE`);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  };
  return engine;
}

/** PostgreSQL itself, compiled to WebAssembly: the same on every machine, with no server to install. */
export async function openPostgres(): Promise<Engine> {
  const database = await PGlite.create();
  let schemas = 0;
  const engine: Engine = {
    run: async (sql) => {
      await database.exec(sql);
    },
    rows: async (sql) => {
      const { rows } = await database.query<(string | null)[]>(sql, [], { rowMode: 'array' });
      return rows;
    },
    freshSchema: async () => {
      if (schemas > 0) await engine.run(`DROP SCHEMA s${schemas} CASCADE`);
      schemas += 1;
      await engine.run(`CREATE SCHEMA s${schemas}; SET search_path TO s${schemas}`);
    },
    close: () => database.close(),
  };
  return engine;
}

/** How the rows get into the raw table, which is the one thing a test has to do in the engine's place. */
export interface RawForm {
  readonly pathColumn: string;
  readonly root: string;
  /** Trino's raw tables have one; Avro's own names go with it. */
  readonly partition?: string;
  readonly text: string;
  /** The script's own raw statements make the table. */
  readonly madeByScript: boolean;
}

export const rawForms = {
  duckdb: { pathColumn: 'filename', root: 's3://csq-rs3-acme/exports/', text: 'VARCHAR', madeByScript: false },
  trino: {
    pathColumn: '$path',
    root: 's3://csq-rs3-acme/exports/',
    partition: 'dc_dump',
    text: 'VARCHAR',
    madeByScript: false,
  },
  postgres: { pathColumn: 'dc_object_key', root: '', text: 'text', madeByScript: true },
} as const satisfies Record<string, RawForm>;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

/** Every row that lies in the bucket: listed, superseded and stray alike. */
export async function fillRaw(
  engine: Engine,
  table: ExportTable,
  form: RawForm,
  raw = `${table.name}_raw`,
): Promise<void> {
  const partition = form.partition === undefined ? [] : [form.partition];
  const names = [...table.columns.map(({ name }) => name), ...partition, form.pathColumn];
  if (!form.madeByScript) {
    const columns = [
      ...table.columns.map(({ name, type }) => `${quote(name)} ${type === 'bigint' ? 'BIGINT' : form.text}`),
      ...[...partition, form.pathColumn].map((name) => `${quote(name)} ${form.text}`),
    ];
    await engine.run(`CREATE TABLE IF NOT EXISTS ${quote(raw)} (${columns.join(', ')})`);
  }
  const rows = table.files.flatMap((file) =>
    file.rows.map((row) => {
      const values = table.columns.map(({ name, type }) =>
        type === 'bigint' ? `CAST(${literal(row[name]!)} AS BIGINT)` : literal(row[name]!),
      );
      const dump = form.partition === undefined ? [] : [literal(file.dump.toString())];
      return `(${[...values, ...dump, literal(form.root + file.key)].join(', ')})`;
    }),
  );
  await engine.run(`DELETE FROM ${quote(raw)}`);
  if (rows.length > 0)
    await engine.run(`INSERT INTO ${quote(raw)} (${names.map(quote).join(', ')}) VALUES ${rows.join(',')}`);
}

export async function runStatements(
  engine: Engine,
  sql: GeneratedSql,
  form: RawForm,
  change = same,
): Promise<void> {
  for (const statement of sql.statements) {
    if (statement.step === 'raw' && !form.madeByScript) continue;
    const text = form.partition === undefined ? statement.sql : asRunOnDuckdb(statement.sql);
    await engine.run(change(text));
  }
}

/** The one function of Trino's views that DuckDB has by the same name with another meaning. */
const asRunOnDuckdb = (sql: string): string => sql.replaceAll('regexp_extract(', 'memory.main.trino_extract(');

const same = (sql: string): string => sql;

/** A view's rows as text, sorted: two equal lists are two equal multisets. */
export async function readSorted(
  engine: Engine,
  view: string,
  columns: readonly string[],
  text: string,
): Promise<readonly string[]> {
  const list = columns.map((name) => `CAST(${quote(name)} AS ${text})`).join(', ');
  const rows = await engine.rows(`SELECT ${list} FROM ${quote(view)}`);
  return rows.map((row) => JSON.stringify(row)).sort();
}

export function sortedRows(rows: readonly Row[], columns: readonly string[]): readonly string[] {
  return rows.map((row) => JSON.stringify(columns.map((name) => row[name]))).sort();
}
