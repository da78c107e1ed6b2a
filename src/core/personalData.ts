import type { Cell, Column } from './column';

/**
 * What may be personal in a column: never certain, so it is worded as a look. Source of the names: the export's own columns (domain.md, "Columns":
 * identity, handle, email, ip) and what teams usually call their properties.
 */
export interface PersonalHint {
  readonly kind: PersonalKind;
  /** A sentence for people: `Looks like e-mail addresses: 998 of 1,000 values.` */
  readonly reason: string;
}

export type PersonalKind =
  'identity' | 'email' | 'handle' | 'name' | 'phone' | 'ip' | 'address' | 'location' | 'birth' | 'account';

const emailValue = /^[^\s@"<>]+@[^\s@"<>]+\.[a-z]{2,}$/i;
/** What stands around an `@` (or `%40`) of an address within a longer text: a query string, a path, a title. */
const atSign = /@|%40/g;
const beforeAt = /[a-z0-9._%+-]$/i;
const afterAt = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,}\b/i;
const ipv4Value = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
/** With `::` or all eight groups: `04:12:09` is a time. */
const ipv6Value = /^(?=.*::|(?:[^:]+:){7}[^:]+$)[0-9a-f:]{2,39}(?:(?<=:\d{1,3})(?:\.\d{1,3}){3})?$/i;
const phoneValue = /^\+\d[\d ().-]{6,18}\d$/;

/** Values that are looked at. */
const mostValues = 1000;

const byName: readonly (readonly [pattern: RegExp, kind: PersonalKind, what: string])[] = [
  [/^identity$/, 'identity', 'what a person was identified by: often an e-mail address or an account id'],
  [/(?:^|_)(?:e_?mails?|mail_address)(?:_|$)/, 'email', 'e-mail addresses'],
  [/^(?:handle|user_?name|login|screen_name|nick_?name)$/, 'handle', 'names that people go by'],
  [
    /(?:^|_)(?:first|last|full|given|family|sur|middle|maiden)_?name$|^(?:customer|contact|person|user)_?name$/,
    'name',
    'names of people',
  ],
  [
    /(?:^|_)(?:phone|mobile|telephone|tel|cell|fax|msisdn|whatsapp)(?:_?(?:number|no|nr))?$/,
    'phone',
    'phone numbers',
  ],
  [/^ip$|(?:^|_)ip_?(?:address|addr|v4|v6)?$/, 'ip', 'IP addresses'],
  [
    /(?:^|_)(?:street|address_?(?:line)?_?\d?|house_?number|postal_?code|post_?code|zip|zip_?code)$/,
    'address',
    'postal addresses',
  ],
  [/(?:^|_)(?:latitude|longitude|lat|lng|lon|geo_?location|gps)$/, 'location', 'places'],
  [/(?:^|_)(?:birth_?(?:day|date)|date_?of_?birth|dob|age)$/, 'birth', 'ages or days of birth'],
  [
    /(?:^|_)(?:iban|ssn|passport(?:_?(?:number|no))?|tax_?id|social_?security(?:_?number)?|credit_?card(?:_?number)?|card_?number)$/,
    'account',
    'numbers of accounts or documents',
  ],
];

/** Columns of addresses for machines and messages that their names make look like people's. */
const notPersonal =
  /(?:^|_)(?:email|mail)_?(?:subject|campaign|template|status|opt_?in|verified|type|count|provider|domain)(?:_|$)|^(?:is|has)_/;

/**
 * Why a column may hold personal data, from its name and from some of its cells; `undefined` if nothing speaks for it. What most of the values are
 * counts before the name; one address in a long text is told, too.
 */
export function hintPersonalData(column: Column, cells: readonly Cell[] = []): PersonalHint | undefined {
  const texts = column.kind === 'text' || column.kind === 'json' ? textsOf(cells) : [];
  return hintByValues(texts) ?? hintByName(column.name) ?? hintInside(texts);
}

/** The columns of a table that come masked or hashed in an export unless the user says otherwise. */
export function hintColumns(
  columns: readonly Column[],
  cellsOf: (column: number) => readonly Cell[] = () => [],
): ReadonlyMap<string, PersonalHint> {
  const hints = new Map<string, PersonalHint>();
  for (const [index, column] of columns.entries()) {
    const hint = hintPersonalData(column, cellsOf(index));
    if (hint !== undefined) hints.set(column.name, hint);
  }
  return hints;
}

function textsOf(cells: readonly Cell[]): readonly string[] {
  const texts: string[] = [];
  for (const cell of cells) {
    if (texts.length === mostValues) break;
    const text = typeof cell === 'string' ? cell : cell === null || cell === false ? '' : cell.text;
    if (text !== '') texts.push(text);
  }
  return texts;
}

const byValue: readonly (readonly [test: (text: string) => boolean, kind: PersonalKind, what: string])[] = [
  [(text) => text.length <= 254 && emailValue.test(text), 'email', 'e-mail addresses'],
  [(text) => text.length <= 45 && (ipv4Value.test(text) || ipv6Value.test(text)), 'ip', 'IP addresses'],
  [(text) => text.length <= 22 && phoneValue.test(text), 'phone', 'phone numbers'],
];

/** At least half of the values, so that a stray one in a column of titles is not what the column is. */
function hintByValues(texts: readonly string[]): PersonalHint | undefined {
  if (texts.length === 0) return undefined;
  for (const [test, kind, what] of byValue) {
    const count = texts.filter(test).length;
    if (count * 2 >= texts.length) return { kind, reason: `Looks like ${what}: ${share(count, texts.length)}.` };
  }
  return undefined;
}

function hintByName(name: string): PersonalHint | undefined {
  const plain = name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (notPersonal.test(plain)) return undefined;
  for (const [pattern, kind, what] of byName) {
    if (pattern.test(plain)) return { kind, reason: `Its name suggests ${what}.` };
  }
  return undefined;
}

function hintInside(texts: readonly string[]): PersonalHint | undefined {
  const count = texts.filter(hasAddressInside).length;
  if (count === 0) return undefined;
  return { kind: 'email', reason: `E-mail addresses stand in its texts: in ${share(count, texts.length)}.` };
}

function hasAddressInside(text: string): boolean {
  let tries = 0;
  for (const { index, 0: sign } of text.slice(0, 2000).matchAll(atSign)) {
    tries += 1;
    if (tries > 20) return false;
    const end = index + sign.length;
    if (beforeAt.test(text.slice(Math.max(0, index - 1), index)) && afterAt.test(text.slice(end, end + 254)))
      return true;
  }
  return false;
}

function share(count: number, all: number): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  if (all === 1) return 'the one value looked at';
  return count === all
    ? `all ${number(all)} values looked at`
    : `${number(count)} of ${number(all)} values looked at`;
}
