import { sized, varint } from '../unit/avro/container';
import type { Random } from './random';

/**
 * A value in plain JSON, exact, so that writers in other languages can make it: whole numbers and dates as digits, a decimal as its
 * unscaled digits, float and double as the hex of their bits (the highest first), bytes and fixed as hex, texts and symbols as they are, a
 * record as the list of its values, a map as the list of its entries, a value of a union as the branch's number and the value.
 */
export type Raw = null | boolean | string | number | readonly Raw[];

export type Style = 'show' | 'json';

/** A type, with all that can be done with its values. Nothing here is of the code under test. */
export interface Shape {
  readonly schema: unknown;
  /** The name of the type in Avro's JSON encoding of a union. */
  readonly branch: string;
  make(random: Random): Raw;
  /** Avro's binary encoding. */
  encode(raw: Raw, random?: Random): Buffer;
  /** As JSON text: `json` for machines (see `RowStream`), `show` as in a cell within other values. */
  json(raw: Raw, style: Style): string;
  /** From Avro's JSON encoding, numbers as their text: see `parseExact`. */
  ofAvroJson(value: unknown): Raw;
}

export interface TableShape extends Shape {
  readonly names: readonly string[];
  readonly columns: readonly Shape[];
}

const quote = (text: string): string => JSON.stringify(text);

function shape(schema: unknown, branch: string, rest: Omit<Shape, 'schema' | 'branch'>): Shape {
  return { schema, branch, ...rest };
}

export const nullShape = shape('null', 'null', {
  make: () => null,
  encode: () => Buffer.alloc(0),
  json: () => 'null',
  ofAvroJson: () => null,
});

export const booleanShape = shape('boolean', 'boolean', {
  make: (random) => random.oneIn(2),
  encode: (raw) => Buffer.of(raw === true ? 1 : 0),
  json: String,
  ofAvroJson: (value) => value as boolean,
});

/** `spelled`: as avro-c writes it, `{ "type": "long" }`. */
export function wholeShape(type: 'int' | 'long', spelled = false): Shape {
  return shape(spelled ? { type } : type, type, {
    make: (random) => String(random.long(type === 'int' ? 32 : 64)),
    encode: (raw) => varint(BigInt(raw as string)),
    json: (raw, style) => (type === 'int' || style === 'show' ? String(raw) : quote(raw as string)),
    ofAvroJson: String,
  });
}

const realHex = (type: 'float' | 'double', value: number): string => {
  const bits = Buffer.alloc(type === 'float' ? 4 : 8);
  if (type === 'float') bits.writeFloatBE(value);
  else bits.writeDoubleBE(value);
  return bits.toString('hex');
};

const odd = [0, -0, 1, -1, 0.1, 1e21, 1e-7, 3e38, 123_456_789, 1e300];
const notNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** `isFinite`: no NaN and no infinities, which some writers cannot print. */
export function realShape(type: 'float' | 'double', isFinite = false): Shape {
  const bytes = type === 'float' ? 4 : 8;
  const valueOf = (raw: Raw): number => {
    const bits = Buffer.from(raw as string, 'hex');
    return type === 'float' ? bits.readFloatBE() : bits.readDoubleBE();
  };
  return shape(type, type, {
    make(random) {
      const value = random.oneIn(3)
        ? random.pick(isFinite ? odd : [...odd, ...notNumbers])
        : (random.int(2 ** 32) - 2 ** 31) / 10 ** random.int(12);
      const fits = type === 'double' || !isFinite || Math.abs(value) < 3.4e38 ? value : 0.5;
      return realHex(type, fits);
    },
    encode: (raw) => Buffer.from(raw as string, 'hex').reverse(),
    json(raw, style) {
      const value = valueOf(raw);
      if (!Number.isFinite(value)) return quote(String(value));
      if (Object.is(value, -0)) return '-0';
      return type === 'float' && style === 'show' ? shortest(value) : String(value);
    },
    ofAvroJson: (value) => realHex(type, Number(value)).padStart(bytes * 2, '0'),
  });
}

/** The fewest digits, six at least, that are this float and no other. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** `isPlain`: no zeros, which end what a C program prints. */
const hexOf = (random: Random, length: number, isPlain: boolean): string =>
  Buffer.from(random.bytes(length).map((byte) => (isPlain && byte === 0 ? 1 : byte))).toString('hex');

export const bytesShape = byteShape(false);

export function byteShape(isPlain: boolean): Shape {
  return shape('bytes', 'bytes', {
    make: (random) => hexOf(random, random.int(random.oneIn(20) ? 400 : 12), isPlain),
    encode: (raw) => sized(Buffer.from(raw as string, 'hex')),
    json: (raw) => quote(raw as string),
    ofAvroJson: (value) => Buffer.from(value as string, 'latin1').toString('hex'),
  });
}

const words = [
  '',
  'a',
  'FR',
  '/checkout/pay',
  'null',
  'é',
  'ﬀ',
  '😀',
  '"',
  '\\',
  'a,b',
  '=1+1',
  '\uFEFFx',
  '\u2028',
];
const controls = ['\0', '\n', '\r\n', '\t', 'a\0b', '\u001f', '\u007f'];

export function textOf(random: Random, isPlain: boolean): string {
  const kind = random.int(8);
  if (kind < 3) return random.pick(words);
  if (kind === 3 && !isPlain) return random.pick(controls) + random.pick(words);
  if (kind === 4) return 'shop/product/view?id='.repeat(random.int(30)).slice(random.int(9));
  if (kind === 5) return Array.from({ length: random.int(30) }, () => random.pick(words)).join('');
  return `${random.pick(words)} ${random.int(1000)}`;
}

/** `isPlain`: no control characters (a NUL ends a text in C). */
export function textShape(isPlain = false): Shape {
  return shape('string', 'string', {
    make: (random) => textOf(random, isPlain),
    encode: (raw) => sized(raw as string),
    json: (raw) => quote(raw as string),
    ofAvroJson: (value) => value as string,
  });
}

export function fixedShape(name: string, size: number, isPlain = false): Shape {
  return shape({ type: 'fixed', name, size }, name, {
    make: (random) => hexOf(random, size, isPlain),
    encode: (raw) => Buffer.from(raw as string, 'hex'),
    json: (raw) => quote(raw as string),
    ofAvroJson: (value) => Buffer.from(value as string, 'latin1').toString('hex'),
  });
}

export function enumShape(name: string, symbols: readonly string[]): Shape {
  return shape({ type: 'enum', name, symbols }, name, {
    make: (random) => random.pick(symbols),
    encode: (raw) => varint(symbols.indexOf(raw as string)),
    json: (raw) => quote(raw as string),
    ofAvroJson: (value) => value as string,
  });
}

const days = (value: bigint): string => new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);

/** A moment in units of `digits` decimals of a second, within the years 1 to 9999. */
function moment(value: bigint, digits: number, zone: string): string {
  const perSecond = 10n ** BigInt(digits);
  const rest = ((value % perSecond) + perSecond) % perSecond;
  const whole = new Date(Number((value - rest) / perSecond) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(rest).padStart(digits, '0')}${zone}`;
}

const clock = (value: bigint, digits: number): string => moment(value, digits, '').slice(11);
const unitDigits: Readonly<Record<string, number>> = { millis: 3, micros: 6, nanos: 9 };
/** 0001-01-02 and 9999-12-30, in seconds, with room for time zones. */
const [firstSecond, lastSecond] = [-62_135_510_400n, 253_402_214_400n];

export type TimeName =
  'date' | 'time-millis' | 'time-micros' | `${'' | 'local-'}timestamp-${'millis' | 'micros' | 'nanos'}`;

export function timeShape(name: TimeName): Shape {
  const type = name === 'date' || name === 'time-millis' ? 'int' : 'long';
  const digits = unitDigits[name.slice(name.lastIndexOf('-') + 1)] ?? 0;
  const perSecond = 10n ** BigInt(digits);
  const text = (raw: Raw): string => {
    const value = BigInt(raw as string);
    if (name === 'date') return days(value);
    if (name.startsWith('time-')) return clock(value, digits);
    return moment(value, digits, name.startsWith('local-') ? '' : 'Z');
  };
  return shape({ type, logicalType: name }, type, {
    make(random) {
      const fraction = (random.long(64) & 0xff_ffff_ffffn) % perSecond;
      if (name.startsWith('time-')) return String(BigInt(random.int(86_400)) * perSecond + fraction);
      // Nanoseconds in 64 bits reach from 1677 to 2262.
      const [first, last] = name.endsWith('nanos') ? [-9_000_000_000n, 9_000_000_000n] : [firstSecond, lastSecond];
      const second = first + BigInt(Math.floor(Number(last - first) * (random.int(2 ** 31) / 2 ** 31)));
      return String(name === 'date' ? second / 86_400n : second * perSecond + fraction);
    },
    encode: (raw) => varint(BigInt(raw as string)),
    json: (raw) => quote(text(raw)),
    ofAvroJson: String,
  });
}

/** Of bytes, or of a fixed of so many bytes. */
export function decimalShape(precision: number, scale: number, fixed?: { name: string; size: number }): Shape {
  const logical = { logicalType: 'decimal', precision, scale };
  const schema = fixed === undefined ? { type: 'bytes', ...logical } : { type: 'fixed', ...fixed, ...logical };
  const bytesOf = (value: bigint): Buffer => {
    let size = fixed?.size ?? 1;
    while (fixed === undefined && BigInt.asIntN(size * 8, value) !== value) size++;
    return Buffer.from(
      BigInt.asUintN(size * 8, value)
        .toString(16)
        .padStart(size * 2, '0'),
      'hex',
    );
  };
  return shape(schema, fixed?.name ?? 'bytes', {
    make(random) {
      const value = random.long(64) % 10n ** BigInt(precision);
      return String(value);
    },
    encode: (raw) => (fixed === undefined ? sized : (bytes: Buffer) => bytes)(bytesOf(BigInt(raw as string))),
    json(raw, style) {
      const value = BigInt(raw as string);
      const all = String(value < 0n ? -value : value).padStart(scale + 1, '0');
      const text = `${value < 0n ? '-' : ''}${all.slice(0, all.length - scale)}${scale > 0 ? `.${all.slice(-scale)}` : ''}`;
      return style === 'show' ? text : quote(text);
    },
    ofAvroJson(value) {
      const hex = Buffer.from(value as string, 'latin1').toString('hex');
      return String(BigInt.asIntN(hex.length * 4, BigInt(`0x${hex === '' ? '0' : hex}`)));
    },
  });
}

export const uuidShape: Shape = {
  ...textShape(true),
  schema: { type: 'string', logicalType: 'uuid' },
  make(random) {
    const hex = random.bytes(16).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
};

export function durationShape(name: string): Shape {
  const fixed = fixedShape(name, 12);
  return {
    ...fixed,
    schema: { type: 'fixed', name, size: 12, logicalType: 'duration' },
    json(raw) {
      const bytes = Buffer.from(raw as string, 'hex');
      const [months, whole, millis] = [0, 4, 8].map((at) => bytes.readUInt32LE(at));
      return JSON.stringify({ months, days: whole, millis });
    },
  };
}

/** Blocks of a list or a map: of one item or more each, with their size in bytes or without. */
function blocks(items: readonly Buffer[], random: Random | undefined): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < items.length;) {
    const count = random === undefined ? items.length : 1 + random.int(items.length - at);
    const data = Buffer.concat(items.slice(at, at + count));
    parts.push(
      random?.oneIn(3) === true
        ? Buffer.concat([varint(-count), varint(data.length), data])
        : Buffer.concat([varint(count), data]),
    );
    at += count;
  }
  return Buffer.concat([...parts, varint(0)]);
}

const lengthOf = (random: Random): number => (random.oneIn(15) ? random.int(40) : random.int(4));

export function arrayShape(items: Shape): Shape {
  return shape({ type: 'array', items: items.schema }, 'array', {
    make: (random) => Array.from({ length: lengthOf(random) }, () => items.make(random)),
    encode: (raw, random) =>
      blocks(
        (raw as Raw[]).map((item) => items.encode(item, random)),
        random,
      ),
    json: (raw, style) => `[${(raw as Raw[]).map((item) => items.json(item, style)).join(',')}]`,
    ofAvroJson: (value) => (value as unknown[]).map((item) => items.ofAvroJson(item)),
  });
}

export function mapShape(values: Shape): Shape {
  return shape({ type: 'map', values: values.schema }, 'map', {
    make: (random) => Array.from({ length: lengthOf(random) }, (_, i) => [`k${i}é`, values.make(random)]),
    encode: (raw, random) =>
      blocks(
        (raw as [string, Raw][]).map(([key, item]) => Buffer.concat([sized(key), values.encode(item, random)])),
        random,
      ),
    json: (raw, style) =>
      `{${(raw as [string, Raw][]).map(([key, item]) => `${quote(key)}:${values.json(item, style)}`).join(',')}}`,
    ofAvroJson: (value) =>
      Object.entries(value as object).map(([key, item]): Raw => [key, values.ofAvroJson(item)]),
  });
}

export function unionShape(branches: readonly Shape[]): Shape {
  const at = (raw: Raw): [Shape, number, Raw] => {
    const [index, value] = raw as [number, Raw];
    return [branches[index]!, index, value];
  };
  return shape(
    branches.map((branch) => branch.schema),
    'union',
    {
      make(random) {
        const index = random.int(branches.length);
        return [index, branches[index]!.make(random)];
      },
      encode(raw, random) {
        const [branch, index, value] = at(raw);
        return Buffer.concat([varint(index), branch.encode(value, random)]);
      },
      json(raw, style) {
        const [branch, , value] = at(raw);
        return branch.json(value, style);
      },
      ofAvroJson(value) {
        const name = value === null ? 'null' : Object.keys(value as object)[0]!;
        const index = branches.findIndex((branch) => branch.branch === name);
        return [
          index,
          value === null ? null : branches[index]!.ofAvroJson((value as Record<string, unknown>)[name]),
        ];
      },
    },
  );
}

export function recordShape(name: string, fields: readonly (readonly [string, Shape])[]): TableShape {
  const names = fields.map(([field]) => field);
  const columns = fields.map(([, column]) => column);
  const made = shape(
    { type: 'record', name, fields: fields.map(([field, column]) => ({ name: field, type: column.schema })) },
    name,
    {
      make: (random) => columns.map((column) => column.make(random)),
      encode: (raw, random) => Buffer.concat(columns.map((column, i) => column.encode((raw as Raw[])[i]!, random))),
      json: (raw, style) =>
        `{${columns.map((column, i) => `${quote(names[i]!)}:${column.json((raw as Raw[])[i]!, style)}`).join(',')}}`,
      ofAvroJson: (value) =>
        columns.map((column, i) => column.ofAvroJson((value as Record<string, unknown>)[names[i]!])),
    },
  );
  return { ...made, names, columns };
}

/** Of null and a type, in either order. */
export function nullable(of: Shape, nullFirst: boolean): Shape {
  return unionShape(nullFirst ? [nullShape, of] : [of, nullShape]);
}

/** JSON with every number as its text. */
export function parseExact(text: string): unknown {
  return (
    JSON.parse as (
      text: string,
      revive: (key: string, value: unknown, more: { source: string }) => unknown,
    ) => unknown
  )(text, (_key, value, { source }) => (typeof value === 'number' ? source : value));
}
