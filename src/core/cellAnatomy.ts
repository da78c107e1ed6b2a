import { formatJsonText } from './json';
import { findJsonFault } from './jsonScanner';
import { decodeTime, plausibleEpochUnits, type EpochUnit } from './timeUnits';

/** One reading of a cell's text. The raw text is always the first thing to look at; these stand beneath it. Data, never HTML. */
export type CellPart =
  /** Laid out with two spaces; keys in their order, numbers and strings as spelled. `isJsonText`: found in quotes, as a text of JSON. */
  | { readonly kind: 'json'; readonly pretty: string; readonly wasQuoted: boolean }
  | UrlPart
  | { readonly kind: 'query'; readonly parameters: readonly Parameter[]; readonly more: number }
  | { readonly kind: 'epoch'; readonly readings: readonly EpochReading[] }
  | { readonly kind: 'time'; readonly iso: string }
  | {
      readonly kind: 'uuid';
      readonly version: number;
      /** ISO, of versions that hold a time. */ readonly made?: string;
    }
  /** A JSON web token; its signature is not checked. Times in it (`iat`, `nbf`, `exp`) are epoch seconds. */
  | { readonly kind: 'jwt'; readonly header: string; readonly payload: string };

export interface UrlPart {
  readonly kind: 'url';
  readonly scheme: string;
  readonly user?: string;
  readonly host: string;
  readonly port?: string;
  /** As spelled, and decoded if that differs. */
  readonly path: string;
  readonly decodedPath?: string;
  readonly parameters: readonly Parameter[];
  /** Parameters beyond those listed. */
  readonly more: number;
  /** Without `#`, decoded. */
  readonly hash?: string;
}

export interface Parameter {
  readonly name: string;
  /** Decoded; `undefined` where there is no `=`. */
  readonly value?: string;
  /** What could not be decoded comes as spelled. */
  readonly isMalformed?: true;
}

export interface EpochReading {
  readonly unit: EpochUnit;
  readonly iso: string;
}

/** More of a text is not taken apart: it is still shown, raw. UTF-16 units. */
export const maxAnatomyLength = 1_000_000;
/** Deeper JSON is not laid out: each level makes its lines longer. */
const maxDepth = 200;
const maxLaidOut = 20_000_000;
const maxParameters = 500;

/** What a text is made of: nothing for most, one part for nearly all others. Never throws. */
export function cellAnatomy(text: string): readonly CellPart[] {
  if (text.length < 2 || text.length > maxAnatomyLength) return [];
  const trimmed = text.trim();
  return (
    one(readJson(trimmed)) ??
    one(readUrl(trimmed)) ??
    one(readToken(trimmed)) ??
    one(readEpoch(trimmed)) ??
    one(readUuid(trimmed)) ??
    one(readTime(trimmed)) ??
    one(readQuery(trimmed)) ??
    []
  );
}

function one(part: CellPart | undefined): readonly CellPart[] | undefined {
  return part === undefined ? undefined : [part];
}

/** Objects and arrays; also a JSON text within a JSON string, as loggers double it. A bare number or string is no JSON to anybody. */
function readJson(text: string): CellPart | undefined {
  const first = text[0];
  if (first === '{' || first === '[') {
    const pretty = layOut(text);
    return pretty === undefined ? undefined : { kind: 'json', pretty, wasQuoted: false };
  }
  if (first !== '"' || !/^"\s*(?:\{|\[)/.test(text) || findJsonFault(text) !== undefined) return undefined;
  const pretty = layOut((JSON.parse(text) as string).trim());
  return pretty === undefined ? undefined : { kind: 'json', pretty, wasQuoted: true };
}

function layOut(text: string): string | undefined {
  if (isTooDeep(text)) return undefined;
  return findJsonFault(text) === undefined ? formatJsonText(text).trimEnd() : undefined;
}

/** By its depth, or by how long the lines would be together. Brackets in strings count too: that only refuses what is odd anyway. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if ((code === 0x7d || code === 0x5d) && depth > 0) depth -= 1;
  }
  return deepest > maxDepth || deepest * text.length > maxLaidOut;
}

/** RFC 3986, appendix B, for schemes with an authority: taken apart as spelled, where `URL` would rewrite hosts and paths. */
const url = /^([a-z][a-z0-9+.-]{0,30}):\/\/([^/?#\s]*)([^?#\s]*)(?:\?([^#\s]*))?(?:#(\S*))?$/i;

function readUrl(text: string): UrlPart | undefined {
  const match = url.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', authority = '', path = '', query, hash] = match;
  const at = authority.lastIndexOf('@');
  const place = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
  if (place === null || (place[1] === '' && path === '')) return undefined;
  const { parameters, more } = readParameters(query ?? '');
  const decodedPath = decode(path, false);
  return {
    kind: 'url',
    scheme: scheme.toLowerCase(),
    ...(at > 0 ? { user: authority.slice(0, at) } : {}),
    host: place[1] ?? '',
    ...(place[2] === undefined || place[2] === '' ? {} : { port: place[2] }),
    path,
    ...(decodedPath === undefined || decodedPath === path ? {} : { decodedPath }),
    parameters,
    more,
    ...(hash === undefined ? {} : { hash: decode(hash, false) ?? hash }),
  };
}

/** `a=1&b=2`, with or without a `?`. Names are words, so that a sentence with an equals sign is none. */
const query = /^\??[\w.[\]%~+-]{1,100}=[^&\s]*(?:&[^&=\s]*(?:=[^&\s]*)?)*$/;

function readQuery(text: string): CellPart | undefined {
  if (!text.includes('=') || !query.test(text)) return undefined;
  if (!text.includes('&') && !text.startsWith('?')) return undefined;
  return { kind: 'query', ...readParameters(text.startsWith('?') ? text.slice(1) : text) };
}

/** In their order, repeated ones too; `+` is a space, as in forms. */
function readParameters(text: string): { readonly parameters: readonly Parameter[]; readonly more: number } {
  const pieces = text.split('&').filter((piece) => piece !== '');
  const parameters = pieces.slice(0, maxParameters).map((piece): Parameter => {
    const equals = piece.indexOf('=');
    const [rawName, rawValue] = equals < 0 ? [piece, undefined] : [piece.slice(0, equals), piece.slice(equals + 1)];
    const name = decode(rawName, true);
    const value = rawValue === undefined ? undefined : decode(rawValue, true);
    const isMalformed = name === undefined || (rawValue !== undefined && value === undefined);
    return {
      name: name ?? rawName,
      ...(rawValue === undefined ? {} : { value: value ?? rawValue }),
      ...(isMalformed ? { isMalformed } : {}),
    };
  });
  return { parameters, more: pieces.length - parameters.length };
}

function decode(text: string, isForm: boolean): string | undefined {
  try {
    return decodeURIComponent(isForm ? text.replaceAll('+', ' ') : text);
  } catch {
    return undefined;
  }
}

/** The unit in which the number is a moment between 1990 and 2100; for larger and smaller ones nothing. */
function readEpoch(text: string): CellPart | undefined {
  if (!/^\d{9,19}$/.test(text)) return undefined;
  const readings = plausibleEpochUnits(text).flatMap((unit) => {
    const iso = decodeTime(text, unit);
    return iso === undefined ? [] : [{ unit, iso }];
  });
  return readings.length === 0 ? undefined : { kind: 'epoch', readings };
}

function readTime(text: string): CellPart | undefined {
  const iso = decodeTime(text, 'text');
  return iso === undefined || iso === text ? undefined : { kind: 'time', iso };
}

const uuid = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f])([0-9a-f]{3})-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

/** Source: RFC 9562. Versions 1, 6 and 7 hold the time at which they were made. */
function readUuid(text: string): CellPart | undefined {
  const match = uuid.exec(text);
  if (match === null) return undefined;
  const [, first = '', second = '', digit = '', third = ''] = match;
  const version = Number.parseInt(digit, 16);
  const made = madeAt(version, first, second, third);
  return { kind: 'uuid', version, ...(made === undefined ? {} : { made }) };
}

/** From 1582-10-15, where those of versions 1 and 6 begin, to 1970, in units of 100 ns. */
const gregorianOffset = 122_192_928_000_000_000n;

function madeAt(version: number, first: string, second: string, third: string): string | undefined {
  if (version === 7) return decodeTime(BigInt(`0x${first}${second}`).toString(), 'millis');
  if (version !== 1 && version !== 6) return undefined;
  const ticks = version === 1 ? `${third}${second}${first}` : `${first}${second}${third}`;
  return decodeTime(((BigInt(`0x${ticks}`) - gregorianOffset) * 100n).toString(), 'nanos');
}

const token = /^(eyJ[\w-]{4,})\.([\w-]{4,})\.[\w-]*$/;

function readToken(text: string): CellPart | undefined {
  const match = token.exec(text);
  if (match === null) return undefined;
  const [header, payload] = [match[1], match[2]].map((part) => layOut(decodeBase64(part ?? '') ?? ''));
  return header === undefined || payload === undefined ? undefined : { kind: 'jwt', header, payload };
}

function decodeBase64(text: string): string | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
