import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isClipped, rowAsJson, shapeText, textOf, viewCell } from '../../../webview/rows/cellText';

const shown = (text: string): string =>
  shapeText(text)
    .map((piece) => (piece.isSymbol ? `[${piece.text}]` : piece.text))
    .join('');

describe('what a cell shows', () => {
  it('tells NULL, empty text and the word NULL apart', () => {
    expect(viewCell(null)).toEqual({ kind: 'null' });
    expect(viewCell('')).toEqual({ kind: 'empty' });
    expect(viewCell('NULL')).toMatchObject({ kind: 'text', pieces: [{ text: 'NULL', isSymbol: false }] });
  });

  it.each([
    ['first\nsecond', 'first[↵]second'],
    ['first\r\nsecond', 'first[↵]second'],
    ['a\tb', 'a[⇥]b'],
    ['a\u0000b', 'a[␀]b'],
    ['\u001b[31mred', '[␛][31mred'],
    ['\u007f', '[␡]'],
    ['invoice\u202efdp.exe', 'invoice[‹202E›]fdp.exe'],
    ['zero\u200bwidth', 'zero[‹200B›]width'],
    ['\ufeffmark', '[‹FEFF›]mark'],
    ['half \ud83d of a pair', 'half [‹D83D›] of a pair'],
    ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
    ['a\u200db', 'a[‹200D›]b'],
    ['Åre 東京 🌿', 'Åre 東京 🌿'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('shows %j as %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('leaves nothing unseen that a control character could do', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        const drawn = shapeText(text)
          .map((piece) => piece.text)
          .join('');
        // eslint-disable-next-line no-control-regex -- control characters are what it looks for
        expect(drawn).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
      }),
    );
  });

  it('keeps every other character', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~À-ž]*$/), (text) => {
        expect(shown(text)).toBe(text);
      }),
    );
  });

  it('cuts between characters, never inside one, and knows the whole length', () => {
    expect(viewCell('a🌿b', 2)).toEqual({
      kind: 'text',
      pieces: [{ text: 'a', isSymbol: false }],
      isCut: true,
      length: 4,
    });
    expect(viewCell({ text: 'abc', length: 9000 })).toMatchObject({ isCut: true, length: 9000 });
    expect(viewCell({ text: 'abc', length: 3 })).toMatchObject({ isCut: false });
  });

  it('knows a value that came without its end', () => {
    expect([isClipped(null), isClipped('a'), isClipped({ text: 'a', length: 2 })]).toEqual([false, false, true]);
    expect(textOf({ text: 'a', length: 2 })).toBe('a');
  });
});

describe('a row as JSON', () => {
  const column = (name: string, kind: 'integer' | 'number' | 'text' | 'boolean' | 'json') => ({
    name,
    kind,
    typeText: '',
    nullable: true,
  });

  it('keeps every digit of an integer, the order of the columns, and NULL', () => {
    const columns = [
      column('user_id', 'integer'),
      column('path', 'text'),
      column('b', 'boolean'),
      column('j', 'json'),
    ];
    expect(rowAsJson(columns, ['-9223372036854775808', 'say "hi"', null, '{"a":9007199254740993}'])).toBe(
      '{\n  "user_id": -9223372036854775808,\n  "path": "say \\"hi\\"",\n  "b": null,\n  "j": {"a":9007199254740993}\n}',
    );
  });

  it('quotes what is no JSON number', () => {
    expect(rowAsJson([column('x', 'number')], ['NaN'])).toContain('"NaN"');
    expect(rowAsJson([column('x', 'integer')], ['007'])).toContain('"007"');
  });

  it('is JSON whatever the cells hold', () => {
    const kinds = fc.constantFrom('integer', 'number', 'text', 'boolean', 'json');
    const cell = fc.option(fc.oneof(fc.string(), fc.json(), fc.double().map(String)), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, cell)), (fields) => {
        const columns = fields.map(([kind], at) => column(`c${at}`, kind as 'text'));
        const parsed = JSON.parse(
          rowAsJson(
            columns,
            fields.map(([, value]) => value),
          ),
        ) as object;
        expect(Object.keys(parsed)).toHaveLength(fields.length);
      }),
    );
  });
});
