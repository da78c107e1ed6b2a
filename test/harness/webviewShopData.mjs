// Rows as a real shop's export has them, made from their number alone, so that three million of them need no memory.

const paths = [
  '/',
  '/cart',
  '/checkout',
  '/p/wool-scarf',
  '/p/tea-kettle-1-2-l',
  '/c/garden?sort=price',
  '/search?q=gl%C3%BChwein',
  '/account/orders',
];
const titles = [
  'Home · Acme Shop',
  'Your cart (3)',
  'Checkout – delivery',
  'Wool scarf “Åre”, red',
  'Tea kettle 1.2 l | Acme',
  'Garden 🌿 & terrace',
  'Suche: glühwein',
  '注文履歴 – Acme',
];
const texts = {
  type: ['page_view', 'click', 'submit', 'change'],
  library: ['web', 'ios', 'android', 'server'],
  platform: ['Mac OS X 14.6', 'Windows 11', 'iOS 18.1', 'Android 15'],
  device_type: ['Desktop', 'Mobile', 'Tablet'],
  country: ['France', 'Germany', 'United Kingdom', 'Japan', 'Brazil'],
  region: ['Île-de-France', 'Bayern', 'England', '東京都', 'São Paulo'],
  city: ['Paris', 'München', 'Leeds', '新宿区', 'São Paulo'],
  browser: ['Chrome 131', 'Safari 18.1', 'Firefox 133', 'Edge 131'],
  utm_source: ['newsletter', 'google', 'instagram', ''],
  device: ['iPhone15,3', 'SM-S921B', 'Pixel 8'],
};
const head = [
  'user_id',
  'event_id',
  'session_id',
  'time',
  'path',
  'title',
  'query',
  'type',
  'library',
  'platform',
  'device_type',
  'country',
  'region',
  'city',
  'ip',
  'referrer',
  'browser',
  'utm_source',
  'utm_campaign',
  'device',
  'domain',
  'landing_page',
  'search_keyword',
  'cart_value',
  'is_member',
  'loyalty_tier',
  'basket',
  'note',
  'app_version',
  'session_time',
];

/** A well-mixed 32-bit number of two. */
function mix(a, b) {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x165667b1, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 12;
  return h >>> 0;
}

function longId(row, salt) {
  const value = (BigInt(mix(row, salt)) << 32n) | BigInt(mix(row, salt + 1));
  return BigInt.asIntN(64, value).toString();
}

const kinds = {
  user_id: 'integer',
  event_id: 'integer',
  session_id: 'integer',
  from_user_id: 'integer',
  to_user_id: 'integer',
  joindate: 'integer',
  last_modified: 'integer',
  cart_value: 'number',
  is_member: 'boolean',
  basket: 'json',
};
const typeTexts = {
  integer: 'long or null',
  number: 'double or null',
  boolean: 'boolean or null',
  json: 'array of record Item or null',
  text: 'string or null',
};

function column(name) {
  const kind = kinds[name] ?? 'text';
  const doc = {
    path: 'Path of the page, without the domain',
    cart_value: 'Value of the cart at the time, in euro',
  }[name];
  return { name, kind, typeText: typeTexts[kind], nullable: true, ...(doc === undefined ? {} : { doc }) };
}

/** `count` columns of an event table; the first thirty are the export's own, the rest the customer's properties. */
export function eventColumns(count) {
  const names = [...head];
  for (let place = names.length; place < count; place += 1)
    names.push(`property_${String(place - head.length + 1).padStart(3, '0')}`);
  return names.slice(0, count).map(column);
}

export const migrationColumns = ['from_user_id', 'to_user_id', 'time'].map(column);

/** Users: with times as counts of microseconds, and what says who they are. */
export const peopleColumns = [
  'user_id',
  'joindate',
  'last_modified',
  'identity',
  'email',
  'handle',
  'country',
  'cart_value',
].map(column);

const oddities = [
  '<script>window.hacked = true</script>',
  '<img src=x onerror="window.hacked = true">',
  'first line\nsecond line\ttabbed\r\nthird',
  'before\u0000after \u001b[31mred',
  'invoice\u202efdp.exe',
  'family 👨‍👩‍👧‍👦 and 🇫🇷, \u200bzero width',
  '=HYPERLINK("http://evil.example","click")',
  `${'Lorem ipsum dolor sit amet, consetetur sadipscing elitr. '.repeat(30)}`,
  '',
];

function timeOf(row) {
  return new Date(Date.UTC(2026, 10, 22, 4, 12, 9) + row * 1370)
    .toISOString()
    .replace('T', ' ')
    .replace('Z', '000');
}

const mail = (random) => `${['ana', 'jonas', 'mei', 'lucia', 'omar'][random % 5]}.${random % 9000}@example.com`;
const makers = {
  joindate: (row) => String(1_700_000_000_000_000n + BigInt(row) * 61_123_456n),
  last_modified: (row) => String(1_763_000_000_000n + BigInt(row) * 61_123n),
  identity: (row, random) => mail(random),
  email: (row, random) => mail(random + 1),
  handle: (row, random) => `u${random % 100_000}`,
  user_id: (row) => longId(row % 9173, 1),
  event_id: (row) => longId(row, 3),
  session_id: (row) => longId(row >> 4, 5),
  from_user_id: (row) => longId(row, 7),
  to_user_id: (row) => longId(row % 131, 1),
  time: timeOf,
  session_time: (row) => timeOf(row - (row % 16)),
  path: (row, random) => paths[random % paths.length],
  landing_page: (row, random) => `https://shop.acme.example${paths[random % paths.length]}`,
  title: (row, random) => titles[random % titles.length],
  query: (row, random) =>
    random % 3 === 0
      ? `?utm_source=newsletter&utm_campaign=black_friday_2026&gclid=${random.toString(36)}${random.toString(36)}`
      : '',
  domain: () => 'shop.acme.example',
  ip: (row, random) => `203.0.${random % 200}.${(random >> 8) % 250}`,
  referrer: (row, random) => (random % 2 === 0 ? 'https://www.google.com/' : null),
  cart_value: (row, random) => ((random % 29999) / 100).toString(),
  is_member: (row, random) => (random % 3 === 0 ? 'true' : 'false'),
  basket: (row, random) =>
    random % 4 === 0
      ? null
      : `[{"sku":"SC-${random % 900}","quantity":${(random % 3) + 1}},{"sku":"TK-12","quantity":1}]`,
  note: (row, random) => oddities[(row + random) % oddities.length],
  app_version: (row, random) => `7.${random % 12}.${random % 5}`,
};

/** One row, in column order. */
export function shopRow(columns, row) {
  return columns.map((column, place) => shopCell(column, place, row));
}

/** One cell, by its column's place. */
export function shopCell({ name }, place, row) {
  const random = mix(row, place * 31);
  if (name === 'note') return oddities[row % oddities.length];
  if (!name.endsWith('_id') && name !== 'time' && random % 11 === 0) return null;
  const make = makers[name];
  if (make !== undefined) return make(row, random);
  const list = texts[name];
  if (list !== undefined) return list[random % list.length];
  return random % 3 === 0 ? null : `value ${random % 500}`;
}
