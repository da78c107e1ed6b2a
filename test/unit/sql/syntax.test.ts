import { init, validate } from '@polyglot-sql/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateSql } from '../../../src/sql/generateSql';
import { dialectIds, shop, shopRequest } from './shop';

beforeAll(() => init());

const grammar = { athena: 'athena', trino: 'trino', duckdb: 'duckdb', postgres: 'postgresql' } as const;
const strict = { strictSyntax: true, dialectStrict: true };

/** Statements that are right but beyond this parser: Hive's DDL, and PostgreSQL's DROP of several views (which runs in meaning.test.ts). */
const beyond = /^CREATE EXTERNAL TABLE|^ALTER TABLE `|^DROP VIEW/;

describe.each(dialectIds)('a strict parser for %s', (dialect) => {
  it('takes every statement of every script', () => {
    let parsed = 0;
    for (const table of Object.keys(shop) as (keyof typeof shop)[]) {
      for (const users of ['latest', 'documented'] as const) {
        for (const hops of [1, 3] as const) {
          const { statements } = generateSql(
            shopRequest(table, { dialect, users, hops, keepOriginalUserId: true }),
          );
          for (const { sql } of statements) {
            if (beyond.test(sql)) continue;
            expect(validate(sql, grammar[dialect], strict).errors, sql).toEqual([]);
            parsed += 1;
          }
        }
      }
    }
    expect(parsed).toBeGreaterThan(80);
  });

  it('and would notice a comma too many', () => {
    const { statements } = generateSql(shopRequest('users', { dialect }));
    const view = statements.findLast(({ creates }) => creates !== undefined)!.sql.replace('\nFROM', ',\nFROM');
    expect(validate(view, grammar[dialect], strict).valid).toBe(false);
  });
});
