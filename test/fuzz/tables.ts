import type { Random } from './random';
import {
  arrayShape,
  booleanShape,
  bytesShape,
  byteShape,
  decimalShape,
  durationShape,
  enumShape,
  fixedShape,
  mapShape,
  nullable,
  nullShape,
  realShape,
  recordShape,
  type Shape,
  type TableShape,
  textShape,
  timeShape,
  type TimeName,
  unionShape,
  uuidShape,
  wholeShape,
} from './shapes';

const times: readonly TimeName[] = [
  'date',
  'time-millis',
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
];

function scalar(random: Random, name: string, isBare: boolean): Shape {
  switch (random.int(isBare ? 11 : 14)) {
    case 0:
      return booleanShape;
    case 1:
      return wholeShape('int', random.oneIn(4));
    case 2:
    case 3:
      return wholeShape('long', random.oneIn(4));
    case 4:
      return realShape('float');
    case 5:
      return realShape('double');
    case 6:
      return bytesShape;
    case 7:
      return fixedShape(`F${name}`, random.int(6));
    case 8:
      return enumShape(`E${name}`, ['RED', 'GREEN', 'blue'].slice(0, 1 + random.int(3)));
    case 11:
      return timeShape(random.pick(times));
    case 12:
      return random.oneIn(2) ? decimalShape(18, 4) : decimalShape(9, 0, { name: `D${name}`, size: 5 });
    case 13:
      return random.oneIn(2) ? uuidShape : durationShape(`P${name}`);
    default:
      return textShape();
  }
}

function anyShape(random: Random, name: string, of: { readonly depth: number; readonly isBare: boolean }): Shape {
  const kind = of.depth > 3 ? 9 : random.int(10);
  const inner = (suffix: string | number): Shape =>
    anyShape(random, `${name}_${suffix}`, { ...of, depth: of.depth + 1 });
  if (kind === 0) return arrayShape(inner('a'));
  if (kind === 1) return mapShape(inner('m'));
  if (kind === 2) {
    return recordShape(
      `R${name}`,
      Array.from({ length: random.int(4) }, (_, i) => [`f${i}`, inner(i)] as const),
    );
  }
  if (kind === 3) {
    const branches = [nullShape, wholeShape('long'), textShape(), booleanShape, bytesShape, realShape('double')];
    const first = random.int(branches.length);
    const count = 1 + random.int(branches.length);
    return unionShape(Array.from({ length: count }, (_, i) => branches[(first + i) % branches.length]!));
  }
  return scalar(random, name, of.isBare);
}

/** A record of random columns: flat ones (as the export has them) or of any types, each bare or with NULL first or last. */
export function makeTable(
  random: Random,
  of: { readonly isNested: boolean; readonly isBare: boolean },
): TableShape {
  const count = random.oneIn(30) ? 0 : random.oneIn(12) ? 40 + random.int(30) : 1 + random.int(8);
  const fields = Array.from({ length: count }, (_, i) => {
    const name = `c${i}`;
    const base = of.isNested
      ? anyShape(random, name, { depth: 0, isBare: of.isBare })
      : scalar(random, name, of.isBare);
    const canBeNull = !Array.isArray(base.schema) && base !== nullShape;
    const column = canBeNull && !random.oneIn(3) ? nullable(base, random.oneIn(2)) : base;
    return [name, column] as const;
  });
  return recordShape('Row', fields);
}

function logicalColumns(): readonly (readonly [string, Shape])[] {
  return [
    ...times.map((name) => [name.replaceAll('-', '_'), timeShape(name)] as const),
    ['price', decimalShape(12, 2)],
    ['weight', decimalShape(9, 3, { name: 'Weight', size: 6 })],
    ['span', durationShape('Span')],
  ];
}

/**
 * A table of every type that the writers of others know. `isPlain`: only what avro-c can print, and no logical types, which it
 * leaves out of the schema.
 */
export function everyType(of: { readonly isPlain: boolean; readonly nullFirst: boolean }): TableShape {
  const { isPlain, nullFirst } = of;
  const text = textShape(isPlain);
  const raw = byteShape(isPlain);
  const point = recordShape('Point', [
    ['x', realShape('double', isPlain)],
    ['label', nullable(text, nullFirst)],
    ['tags', arrayShape(text)],
  ]);
  const bare: readonly (readonly [string, Shape])[] = [
    ['whole', wholeShape('int')],
    ['long', wholeShape('long')],
    ['text', text],
    ['flag', booleanShape],
    ['real', realShape('float', isPlain)],
    ['wide', realShape('double', isPlain)],
    ['raw', raw],
    ['four', fixedShape('Four', 4, isPlain)],
    ['color', enumShape('Color', ['RED', 'GREEN', 'BLUE'])],
    ['uuid', uuidShape],
    ['list', arrayShape(wholeShape('long'))],
    ['map', mapShape(nullable(text, nullFirst))],
    ['point', point],
    ...(isPlain ? [] : logicalColumns()),
  ];
  // A type has its name once; and Python's writer takes no uuid in a union.
  const optional = bare
    .filter(([name]) => !['four', 'color', 'weight', 'span', 'point', 'uuid'].includes(name))
    .map(([name, shape]) => [`${name}_or_null`, nullable(shape, nullFirst)] as const);
  const choice = unionShape([text, nullShape, wholeShape('long'), raw, arrayShape(booleanShape)]);
  return recordShape('Everything', [...bare, ...optional, ['choice', choice], ['none', nullShape]]);
}

/** The export's shape: flat, every column nullable. */
export function exportTable(of: { readonly isPlain: boolean; readonly nullFirst: boolean }): TableShape {
  const columns = Array.from({ length: 35 }, (_, i) => {
    const base = i % 5 < 2 ? wholeShape('long') : i % 17 === 4 ? booleanShape : textShape(of.isPlain);
    return [`column_${i}`, nullable(base, of.nullFirst)] as const;
  });
  return recordShape('topLevelRecord', columns);
}
