import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPart } from '../../../src/avro/part/part';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import { failureToData } from '../../../src/core/failure';
import { block, container, header, sized, typeFor, varint } from './container';
import { readPart, streamRows } from './reading';

const record = (name: string, fields: Readonly<Record<string, unknown>>): unknown => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([key, type]) => ({ name: key, type })),
});
const list = (items: unknown): unknown => ({ type: 'array', items });

/** One row with one column of the type, from bytes: as it is shown, and as JSON for machines. */
async function value(type: unknown, ...data: readonly Buffer[]): Promise<{ show: unknown; json: string }> {
  const bytes = Buffer.concat([header(record('R', { a: type })), block(Buffer.concat(data), 1)]);
  const { rows, progress } = await readPart(bytes);
  expect(progress.damage).toEqual([]);
  const streamed = await streamRows(bytes);
  return { show: rows[0]![0], json: streamed.rows[0]![0]! };
}
const both = (text: string): { show: string; json: string } => ({ show: text, json: text });

describe('in nested values', () => {
  it('longs are exact, in both spellings of their type', async () => {
    const schema = record('R', { a: list('long'), b: list({ type: 'long' }) });
    const longs = [0n, -1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
    const bytes = container(schema, [{ a: longs, b: longs }]);
    const digits = longs.map(String);
    expect((await readPart(bytes)).rows).toEqual([[`[${digits.join(',')}]`, `[${digits.join(',')}]`]]);
    expect((await streamRows(bytes)).rows).toEqual([[JSON.stringify(digits), JSON.stringify(digits)]]);
  });

  it('logical types are exact, and an unknown one is none', async () => {
    const type = record('S', {
      price: { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 },
      cost: { type: 'fixed', name: 'F', size: 2, logicalType: 'decimal', precision: 4, scale: 1 },
      day: { type: 'int', logicalType: 'date' },
      at: { type: 'long', logicalType: 'timestamp-nanos' },
      clock: { type: 'int', logicalType: 'time-millis' },
      id: { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' },
      wait: { type: 'fixed', name: 'D', size: 12, logicalType: 'duration' },
      coin: { type: 'string', logicalType: 'currency' },
      raw: 'bytes',
    });
    const data = [
      sized(Buffer.from('7fffffffffffffffffff', 'hex')),
      Buffer.from('ffff', 'hex'),
      varint(19_000),
      varint(1701241306773862123n),
      varint(25_306_773),
      Buffer.from('44e02b46da1846d4bc22071b6f4d6e73', 'hex'),
      Buffer.from('010000000200000003000000', 'hex'),
      sized('EUR'),
      sized(Buffer.from([0, 255])),
    ];
    const rest =
      '"day":"2022-01-08","at":"2023-11-29T07:01:46.773862123Z","clock":"07:01:46.773",' +
      '"id":"44e02b46-da18-46d4-bc22-071b6f4d6e73","wait":{"months":1,"days":2,"millis":3},"coin":"EUR","raw":"00ff"}';
    expect(await value(type, ...data)).toEqual({
      show: `{"price":6044629098073145873530.87,"cost":-0.1,${rest}`,
      json: `{"price":"6044629098073145873530.87","cost":"-0.1",${rest}`,
    });
  });

  it('numbers that JSON has not are text', async () => {
    const numbers = [NaN, Infinity, -Infinity, -0, 0.1];
    const bytes = typeFor(list('double')).toBuffer(numbers);
    expect(await value(list('double'), bytes)).toEqual(both('["NaN","Infinity","-Infinity",-0,0.1]'));
    const floats = typeFor(list('float')).toBuffer(numbers);
    expect(await value(list('float'), floats)).toEqual({
      show: '["NaN","Infinity","-Infinity",-0,0.1]',
      json: '["NaN","Infinity","-Infinity",-0,0.10000000149011612]',
    });
  });

  it('maps keep every entry in its order, whatever its key', async () => {
    const keys = ['10', '9', '__proto__', 'a', 'a', 'constructor', ''];
    const entries = keys.flatMap((key, index) => [sized(key), varint(index)]);
    expect(await value({ type: 'map', values: 'int' }, varint(keys.length), ...entries, varint(0))).toEqual(
      both('{"10":0,"9":1,"__proto__":2,"a":3,"a":4,"constructor":5,"":6}'),
    );
  });

  it('fields keep the order of the schema', async () => {
    const type = record('S', { 10: 'int', b: 'int', 9: 'int', a: 'int' });
    const fields = ['z', '10', '9', 'a'].map((name) => ({ name, type: 'int' }));
    const data = [1, 2, 3, 4].map(varint);
    expect(await value({ ...(type as object), fields }, ...data)).toEqual(both('{"z":1,"10":2,"9":3,"a":4}'));
  });

  it('recursion goes as deep as the reader follows it', async () => {
    const tree = record('T', { next: ['null', 'T'] });
    const levels = 490;
    const text = '{"next":'.repeat(levels) + '{"next":null}' + '}'.repeat(levels);
    const { json } = await value(tree, Buffer.alloc(levels, 2), Buffer.from([0]));
    expect(json).toBe(text);
  });
});

describe('what avsc refuses is read all the same:', () => {
  it('names of any characters', async () => {
    const names = ['utm source', "it's", 'say "hi"', '', '__proto__', 'constructor', '1', 'ü', 'a;b//'];
    const fields = names.map((name) => ({ name, type: 'int' }));
    const type = { type: 'record', name: 'my record', namespace: 'a-b', fields };
    const text = `{${names.map((name, index) => `${JSON.stringify(name)}:${index}`).join(',')}}`;
    expect(await value(type, ...names.map((_, index) => varint(index)))).toEqual(both(text));
  });

  it('the same field twice', async () => {
    const fields = ['a', 'a'].map((name) => ({ name, type: 'int' }));
    expect(await value({ type: 'record', name: 'S', fields }, varint(1), varint(2))).toEqual(both('{"a":1,"a":2}'));
  });

  it('symbols of any characters, also twice', async () => {
    const type = list({ type: 'enum', name: 'E', symbols: ['on hold', 'a-b', 'a-b', ''] });
    expect(await value(type, varint(4), ...[0, 1, 2, 3].map(varint), varint(0))).toEqual(
      both('["on hold","a-b","a-b",""]'),
    );
  });

  it('an enum without symbols that has no values', async () => {
    const type = list({ type: 'enum', name: 'E', symbols: [] });
    expect(await value(type, varint(0))).toEqual(both('[]'));
  });

  it.each([
    ['of two lists', [list('int'), list('string')], [varint(1), varint(1), sized('x'), varint(0)], '["x"]'],
    ['of a list and a map', [list('int'), { type: 'map', values: 'int' }], [varint(1), varint(0)], '{}'],
    ['in a union', ['string', ['int', 'null']], [varint(1), varint(0), varint(7)], '7'],
    ['of null three times', ['null', 'null', 'null'], [varint(2)], 'null'],
    ['of two types of one name', [record('S', { a: 'int' }), 'S'], [varint(1), varint(5)], '{"a":5}'],
  ])('a union %s', async (_, union, data, text) => {
    expect(await value(record('Holder', { u: union }), ...data)).toEqual(both(`{"u":${text}}`));
  });

  it('two records of the same name', async () => {
    const type = record('Pair', { x: record('Item', { a: 'int' }), y: record('Item', { b: 'string' }) });
    expect(await value(type, varint(1), sized('x'))).toEqual(both('{"x":{"a":1},"y":{"b":"x"}}'));
  });

  it('but not a reference to one of them: which one is meant is not to be guessed', async () => {
    const type = record('R', { x: record('Item', { a: 'int' }), y: record('Item', { b: 'string' }), z: 'Item' });
    const opened = openPart(createMemorySource(header(type)), { readAheadBytes: 0 }).catch(failureToData);
    expect(await opened).toEqual({
      code: 'avro.badSchema',
      facts: { detail: 'two types are called Item, and a third place means one of them' },
    });
  });

  it('a record of 10,000 fields', async () => {
    const fields = Array.from({ length: 10_000 }, (_, index) => ({ name: `f${index}`, type: ['null', 'int'] }));
    const { json } = await value({ type: 'record', name: 'Wide', fields }, Buffer.alloc(10_000));
    expect(Object.keys(JSON.parse(json) as object)).toEqual(fields.map(({ name }) => name));
  });
});

describe('avsc', () => {
  afterEach(() => {
    vi.doUnmock('avsc/lib/types');
    vi.resetModules();
  });

  it('is loaded for nested columns only', async () => {
    vi.resetModules();
    vi.doMock('avsc/lib/types', () => {
      throw new Error('loaded');
    });
    const { openPart: open } = await import('../../../src/avro/part/part');
    const flat = record('R', { id: 'long', text: ['string', 'null'], day: { type: 'int', logicalType: 'date' } });
    await expect(open(createMemorySource(header(flat)), { readAheadBytes: 0 })).resolves.toBeDefined();
    const nested = record('R', { ids: list('long') });
    await expect(open(createMemorySource(header(nested)), { readAheadBytes: 0 })).rejects.toThrow();
  });
});
