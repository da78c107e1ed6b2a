import type { DumpId } from '../core/dumpId';
import type { Dialect } from './dialect';
import { type PlannedTable, shown } from './plan';
import type { SqlRequest } from './request';
import { commentLine } from './text';

const headerLines = 8;

export interface HeaderFacts {
  readonly request: SqlRequest;
  readonly dialect: Dialect;
  readonly table: PlannedTable;
  readonly objects: readonly string[];
  /** One sentence. */
  readonly rule: string;
  readonly warnings: readonly string[];
}

/** At most eight lines. Warnings that do not fit are the second text, for the end of the script. */
export function header(facts: HeaderFacts): { readonly head: string; readonly foot: string } {
  const { request, dialect, table, objects, warnings } = facts;
  const result = objects.at(-1) ?? table.names.migrated;
  const command = request.kind === 'dedup' ? 'Generate Dedup SQL' : 'Generate Migrated View SQL';
  const what = request.kind === 'dedup' ? 'deduplicated rows' : 'migrated view';
  const lines = [
    `${shown(table.table)}: ${what} for ${dialect.label}. Query ${shown(result)}.`,
    `From ${request.source.rootUri} (connection ${shown(request.source.connection)}) as of dump ${request.asOf}: ${filesText(table, request.table.effective.since)}.`,
    facts.rule,
    `Creates, in this order: ${objects.map(shown).join(', ')}.`,
    `A snapshot of dump ${request.asOf}: after the next dump run "Data Connect: ${command}" again, and then this script.`,
  ];
  const room = headerLines - lines.length;
  const fit = warnings.length <= room ? warnings : warnings.slice(0, room - 1);
  const rest = warnings.slice(fit.length);
  const more = rest.length === 0 ? [] : [`Warning: ${rest.length} more stand at the end of this script.`];
  return {
    head: [...lines, ...fit.map(asWarning), ...more].map(commentLine).join('\n'),
    foot: rest.map(asWarning).map(commentLine).join('\n'),
  };
}

function asWarning(sentence: string): string {
  return `Warning: ${sentence}`;
}

function filesText({ files }: PlannedTable, since: DumpId | undefined): string {
  const dumps = new Set(files.map(({ dump }) => dump)).size;
  const counted = `${count(files.length, 'file')} of ${count(dumps, 'dump')}`;
  return since === undefined ? counted : `${counted} since the full resync in ${since}`;
}

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en-US')} ${thing}${number === 1 ? '' : 's'}`;
}
