import { cellAnatomy, type CellPart, type Parameter, type UrlPart } from '../../src/core/cellAnatomy';
import type { TimeUnit } from '../../src/core/rowsArrangement';
import { unitWords } from '../../src/core/timeUnits';
import { shownTime } from './timeColumns';

/** What stands beneath a value: what it is made of. DOM-free. */
export interface CellSection {
  readonly title: string;
  /** Laid-out text, such as JSON. */
  readonly text?: string;
  readonly facts?: readonly CellFact[];
  /** A line at the end: `12 more parameters`. */
  readonly note?: string;
}

export interface CellFact {
  readonly name: string;
  readonly value: string;
  /** False for what is only said about it, and copied by nobody. */
  readonly isValue: boolean;
}

/** `unit`: in which the column is shown as times. `isId`: its numbers are names, never times. */
export function cellSections(text: string, unit: TimeUnit, isId = false): readonly CellSection[] {
  const shown = unit === 'none' || unit === 'text' ? undefined : shownTime(text, unit);
  const ofColumn =
    shown === undefined
      ? []
      : [
          {
            title: 'Time',
            facts: [fact(`as ${unitWords(unit)}`, `${shown} UTC`)],
            note: 'As the whole column is shown',
          },
        ];
  const others = cellAnatomy(text)
    // What the column says already need not be said twice.
    .filter((part) => part.kind !== 'epoch' || (!isId && part.readings.some((reading) => reading.unit !== unit)))
    .map(sectionOf);
  return [...ofColumn, ...others];
}

/** The JSON that a value is, laid out; undefined if it is none. */
export function prettyOf(sections: readonly CellSection[]): string | undefined {
  return sections.find(({ text }) => text !== undefined)?.text;
}

function sectionOf(part: CellPart): CellSection {
  switch (part.kind) {
    case 'json':
      return { title: part.wasQuoted ? 'JSON in a text' : 'JSON', text: part.pretty };
    case 'url':
      return urlSection(part);
    case 'query':
      return { title: 'Query', ...parameters(part) };
    case 'epoch':
      return {
        title: 'May be a time',
        facts: part.readings.map(({ unit, iso }) => fact(`as ${unitWords(unit)}`, iso)),
      };
    case 'time':
      return { title: 'Time', facts: [fact('in UTC', part.iso)] };
    case 'uuid':
      return {
        title: 'UUID',
        facts: [
          said('version', String(part.version)),
          ...(part.made === undefined ? [] : [fact('made', part.made)]),
        ],
      };
    case 'jwt':
      return { title: 'JSON web token (signature not checked)', text: `${part.header}\n${part.payload}` };
  }
}

function urlSection(part: UrlPart): CellSection {
  const { facts, note } = parameters(part);
  return {
    title: 'Address',
    facts: [
      fact('scheme', part.scheme),
      ...(part.user === undefined ? [] : [fact('user', part.user)]),
      fact('host', part.host),
      ...(part.port === undefined ? [] : [fact('port', part.port)]),
      fact('path', part.decodedPath ?? part.path),
      ...facts.map((one) => ({ ...one, name: `? ${one.name}` })),
      ...(part.hash === undefined ? [] : [fact('#', part.hash)]),
    ],
    ...(note === undefined ? {} : { note }),
  };
}

function parameters(part: { readonly parameters: readonly Parameter[]; readonly more: number }): {
  readonly facts: readonly CellFact[];
  readonly note?: string;
} {
  return {
    facts: part.parameters.map(({ name, value, isMalformed }) =>
      value === undefined
        ? said(name, 'no value')
        : fact(name, isMalformed === true ? `${value} (not decodable)` : value),
    ),
    ...(part.more > 0 ? { note: `${part.more} more parameters` } : {}),
  };
}

function fact(name: string, value: string): CellFact {
  return { name, value, isValue: true };
}

function said(name: string, value: string): CellFact {
  return { name, value, isValue: false };
}
