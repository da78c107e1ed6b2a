import { describe, expect, it } from 'vitest';
import { openPart } from '../../../src/avro/part/part';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import { failureToData } from '../../../src/core/failure';
import { block, container, header, sized, sync, varint } from './container';
import { readPart } from './reading';

const record = (type: unknown): unknown => ({ type: 'record', name: 'R', fields: [{ name: 'a', type }] });

async function failureOf(bytes: Buffer): Promise<unknown> {
  try {
    await openPart(createMemorySource(bytes), { readAheadBytes: 1e6 });
  } catch (error) {
    return failureToData(error);
  }
  return 'opened';
}

describe('the header', () => {
  it('may have its entries in several blocks, with and without their size', async () => {
    const first = Buffer.concat([sized('avro.schema'), sized(JSON.stringify(record('int')))]);
    const second = Buffer.concat([sized('maker'), sized('me'), sized('raw'), sized(Buffer.from([0xff, 0x00]))]);
    const { part, rows } = await readPart(
      Buffer.concat([
        Buffer.from('Obj\u0001', 'latin1'),
        Buffer.concat([varint(-1), varint(first.length), first]),
        Buffer.concat([varint(2), second]),
        varint(0),
        sync,
        block(varint(7), 1),
      ]),
    );
    expect(rows).toEqual([['7']]);
    expect(part.metadata).toEqual({
      codec: 'null',
      schemaText: JSON.stringify(record('int')),
      schemaName: 'R',
      syncMarker: sync.toString('hex'),
      headerBytes: part.progress().bytesScanned - 19,
      entries: [
        { key: 'maker', value: 'me' },
        { key: 'raw', value: 'ff00' },
      ],
    });
  });

  it('keeps docs, odd names, and unknown attributes', async () => {
    const schema = {
      type: 'record',
      name: 'top level',
      fields: [
        { name: 'utm source', type: { type: 'string', 'avro.java.string': 'String' }, doc: 'From the link.' },
      ],
    };
    const { part, rows } = await readPart(Buffer.concat([header(schema), block(sized('ad'), 1)]));
    expect(part.columns).toEqual([
      { name: 'utm source', kind: 'text', typeText: 'string', nullable: false, doc: 'From the link.' },
    ]);
    expect(rows).toEqual([['ad']]);
  });

  it('may be longer than the first read', async () => {
    const doc = 'x'.repeat(300_000);
    const schema = { type: 'record', name: 'R', doc, fields: [{ name: 'a', type: 'int' }] };
    const { rows, progress } = await readPart(container(schema, [{ a: 1 }]));
    expect(rows).toEqual([['1']]);
    expect(progress.requests).toBe(2);
  });

  it('resolves names by namespace', async () => {
    const color = { type: 'enum', name: 'Color', symbols: ['RED', 'GREEN'] };
    const schema = {
      type: 'record',
      name: 'R',
      namespace: 'shop',
      fields: [
        { name: 'a', type: color },
        { name: 'b', type: 'Color' },
        { name: 'c', type: 'shop.Color' },
      ],
    };
    const { rows } = await readPart(container(schema, [{ a: 'RED', b: 'GREEN', c: 'RED' }]));
    expect(rows).toEqual([['RED', 'GREEN', 'RED']]);
  });
});

describe('what is no Avro file says so', () => {
  const schema = record('int');
  const magic = Buffer.from('Obj\u0001', 'latin1');
  const cases: readonly (readonly [string, Buffer, object])[] = [
    ['no bytes', Buffer.alloc(0), { code: 'avro.empty', facts: {} }],
    [
      'a Parquet file',
      Buffer.from('PAR1....'),
      { code: 'avro.notAvro', facts: { detail: 'it begins with 50415231' } },
    ],
    ['two other bytes', Buffer.from('PK'), { code: 'avro.notAvro', facts: { detail: 'it begins with 504b' } }],
    ['two right bytes', magic.subarray(0, 2), { code: 'avro.truncated', facts: { offset: 2 } }],
    ['a cut header', header(schema).subarray(0, 40), { code: 'avro.truncated', facts: { offset: 40 } }],
    ['an unknown codec', header(schema, 'lzo'), { code: 'avro.unknownCodec', facts: { codec: 'lzo' } }],
    [
      'a schema that is not JSON',
      header('{nope'),
      { code: 'avro.badSchema', facts: { detail: 'the schema is not JSON' } },
    ],
    [
      'no schema',
      Buffer.concat([magic, varint(0), sync]),
      { code: 'avro.badSchema', facts: { detail: 'its header holds no schema' } },
    ],
    [
      'a length below zero',
      Buffer.concat([magic, varint(1), varint(-5), sync]),
      { code: 'avro.badSchema', facts: { detail: 'a length in its header cannot be right', offset: 6 } },
    ],
    [
      'a count of entries that is absurd',
      Buffer.concat([magic, varint(2n ** 60n), sized('a'), sized('b'), sync]),
      expect.objectContaining({ code: expect.stringMatching(/^avro\.(badSchema|truncated)$/) as string }) as object,
    ],
    [
      'a number without end',
      Buffer.concat([magic, Buffer.alloc(40, 0xff)]),
      { code: 'avro.badSchema', facts: { detail: 'a number in its header has no end', offset: 4 } },
    ],
  ];
  for (const [name, bytes, expected] of cases) {
    it(name, async () => expect(await failureOf(bytes)).toEqual(expected));
  }

  const badTypes: readonly (readonly [unknown, string])[] = [
    ['nope', 'there is no type called "nope"'],
    [7, '7 is not a type'],
    [[], 'a union without types'],
    [{}, 'a type without "type"'],
    [{ type: 'array' }, 'array without "items"'],
    [{ type: 'enum', name: 'E' }, 'enum E without symbols'],
    [{ type: 'fixed', name: 'F', size: -1 }, 'fixed F without a size'],
    [{ type: 'fixed', size: 1 }, 'a type fixed without a name'],
    [{ type: 'record', name: 'R', fields: [] }, 'two types are called R'],
    [{ type: 'record', name: 'S' }, 'record S without fields'],
    [{ type: 'record', name: 'S', fields: [{ type: 'int' }] }, 'record S has a field without a name'],
  ];
  for (const [type, detail] of badTypes) {
    it(detail, async () => {
      expect(await failureOf(header(record(type)))).toEqual({ code: 'avro.badSchema', facts: { detail } });
    });
  }

  it('types nested without end', async () => {
    const text = `{"type":"array","items":`.repeat(20_000) + '"int"' + '}'.repeat(20_000);
    expect(await failureOf(header(text))).toEqual({
      code: 'avro.badSchema',
      facts: { detail: 'its types are nested too deeply' },
    });
  });
});
