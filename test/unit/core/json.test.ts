import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../../src/core/failure';
import { formatJsonText, parseJson, printCanonicalJson } from '../../../src/core/json';

const context = { key: 'manifests/sync_1.json' };

function faultOf(act: () => unknown): Record<string, unknown> {
  try {
    act();
  } catch (error) {
    if (isFailure(error)) return { code: error.code, ...error.facts };
    throw error;
  }
  throw new Error('it was read');
}

describe('reading JSON', () => {
  it('keeps integers beyond 2^53 exact, wherever they stand', () => {
    const text =
      '{"a": 9007199254740993, "b": [-9223372036854775808, 9007199254740991, 12], "c": "9007199254740993"}';
    expect(parseJson(text, context)).toEqual({
      a: 9007199254740993n,
      b: [-9223372036854775808n, 9007199254740991, 12],
      c: '9007199254740993',
    });
  });

  it('reads every integer as the number it spells', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        const read = (parseJson(`{"x":[${value}]}`, context) as { x: [number | bigint] }).x[0];
        expect(BigInt(read)).toBe(value);
        expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
      }),
    );
  });

  it('says where a text stops being JSON', () => {
    const sample = '{\n  "columns": [\n    "user_id",\n    // ...\n  ]\n}';
    expect(faultOf(() => parseJson(sample, context))).toEqual({
      code: 'manifest.unreadable',
      key: 'manifests/sync_1.json',
      line: 4,
      column: 5,
      detail: 'a comment where a value is expected',
    });
    expect(faultOf(() => parseJson('\uFEFF{}', context))).toMatchObject({
      line: 1,
      column: 1,
      detail: 'a byte order mark where a value is expected',
    });
    expect(faultOf(() => parseJson('{"a": 1,}', context))).toMatchObject({ line: 1, column: 9 });
    expect(faultOf(() => parseJson('{"a": [1, 2', context))).toMatchObject({
      column: 12,
      detail: 'the text ends too early',
    });
    expect(faultOf(() => parseJson('', context))).toMatchObject({ line: 1, column: 1 });
    expect(faultOf(() => parseJson('{"a": 1} {"b": 2}', context))).toMatchObject({
      column: 10,
      detail: '"{" after the end of the value',
    });
    expect(faultOf(() => parseJson('{"a": "x\ny"}', context))).toMatchObject({ column: 9 });
    expect(faultOf(() => parseJson("{'a': 1}", context))).toMatchObject({
      column: 2,
      detail: '"\'" where a key in quotes is expected',
    });
    expect(faultOf(() => parseJson('x', { key: 'k', code: 'report.unreadable' }))).toMatchObject({
      code: 'report.unreadable',
    });
  });

  it('does not overflow on hostile nesting', () => {
    const deep = '['.repeat(200_000) + '9007199254740993' + ']'.repeat(200_000);
    expect(faultOf(() => parseJson(deep, context))).toMatchObject({ detail: 'it is nested too deeply' });
    expect(formatJsonText(deep.slice(199_990, 200_026))).toContain('9007199254740993');
  });

  it('agrees with the engine on what is JSON, and finds a place for whatever is not', () => {
    const piece = fc.constantFrom(
      ...Array.from('{}[],:"\\ \n01-.eE+'),
      'true',
      'null',
      '"a"',
      '\\u00e9',
      '\u0001',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) {
          expect(JSON.stringify(JSON.parse(formatJsonText(text)))).toBe(JSON.stringify(JSON.parse(text)));
        } else {
          const byParser = faultOf(() => parseJson(text, context));
          expect(byParser).toMatchObject({
            line: expect.any(Number) as number,
            column: expect.any(Number) as number,
          });
          expect(faultOf(() => formatJsonText(text, context))).toEqual(byParser);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatting JSON', () => {
  it('changes white space only: numbers, repeated keys, their order and escapes stay', () => {
    const text = '{"b":1.50,"10":1e400,"2":-0,"b":[ ],"c":{},"u":"\\u00e9é","id":12345678901234567890}';
    expect(formatJsonText(text)).toBe(
      '{\n  "b": 1.50,\n  "10": 1e400,\n  "2": -0,\n  "b": [],\n  "c": {},\n  "u": "\\u00e9é",\n  "id": 12345678901234567890\n}\n',
    );
  });

  it('looks like JSON.stringify with two spaces, and formats its own text to the same', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const pretty = formatJsonText(text);
        expect(pretty.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(formatJsonText(pretty)).toBe(pretty);
      }),
    );
    const value = { a: [1, { b: null }, []], c: {}, d: 'x' };
    expect(formatJsonText(JSON.stringify(value))).toBe(`${JSON.stringify(value, undefined, 2)}\n`);
  });
});

describe('printing values', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true }),
      fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).filter((big) => !Number.isSafeInteger(Number(big))),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('any'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any;

  it('reads back to the same value', () => {
    fc.assert(
      fc.property(value, (given) => {
        // A double that spells a long integer reads back as that integer, exactly.
        const expected = typeof given === 'number' && /^-?\d+$/.test(JSON.stringify(given)) ? undefined : given;
        const read = parseJson(printCanonicalJson(given), context);
        if (expected !== undefined && !containsLongDouble(given)) expect(read).toEqual(given);
        expect(printCanonicalJson(read)).toBe(printCanonicalJson(given));
      }),
    );
  });

  it('sorts keys on demand, at every depth', () => {
    const a = printCanonicalJson({ b: { d: 1, c: 2 }, a: [{ y: 1, x: 2 }] }, { sortKeys: true });
    const b = printCanonicalJson({ a: [{ x: 2, y: 1 }], b: { c: 2, d: 1 } }, { sortKeys: true });
    expect(a).toBe(b);
    expect(printCanonicalJson({ b: 1, a: 2 })).toBe('{\n  "b": 1,\n  "a": 2\n}');
  });
});

function containsLongDouble(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(containsLongDouble);
}
