import { formatAgo, formatDateTime, formatPlural } from '../format';
import type { DumpId } from '../dumpId';
import type { ExportHistory, HistoryDump, HistoryManifest, HistoryReport } from './exportHistory';
import { newestDelivered } from './exportHistory';
import { reportsFolder } from '../objectKey';
import type { HealthProblem } from './healthProblem';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A sync that is not there so long after it was due is overdue; syncs take hours where there is much. */
const overdueGraceMs = 6 * hourMs;
/** And it is an error after this. */
const lostGraceMs = 30 * hourMs;
/** A folder without a manifest in which nothing was written for so long is not in progress any more. */
const staleAfterMs = dayMs;
/** Dumps that a rhythm is read from, where no report tells when the next one is due. */
const fewestForRhythm = 4;

/** Times leave the machine in reports: they are told in UTC. */
const utc = { timeZone: 'UTC' } as const;

/** What is wrong with the syncs as such: failed, overdue, without a manifest, without a folder, unreadable. `now`: epoch milliseconds. */
export function checkSyncs(history: ExportHistory, now: number): readonly HealthProblem[] {
  return [
    ...checkReports(history.reports),
    ...checkFreshness(history, now),
    ...history.dumps.flatMap((dump) => checkState(dump, history, now)),
    ...history.dumps.flatMap(({ dump, manifest }) => checkManifest(dump, manifest)),
    ...checkStrays(history),
  ];
}

function checkReports(reports: readonly HistoryReport[]): readonly HealthProblem[] {
  const problems: HealthProblem[] = [];
  for (const { key, failure } of reports)
    if (failure !== undefined)
      problems.push({
        code: 'reportUnreadable',
        severity: 'warning',
        file: key,
        ...(key === reportsFolder
          ? {
              words: 'cannot be listed',
              message: 'The sync reports cannot be listed: access is denied.',
              action: `Ask for s3:ListBucket on ${reportsFolder}; until then it is not known whether a sync failed, nor when the next one is due.`,
            }
          : {
              words: 'a report cannot be read',
              message: `The sync report ${key} cannot be read.`,
              action: 'Open it; whether its sync succeeded is not known.',
            }),
      });
  const [last] = finishedReports(reports);
  if (last?.report?.outcome !== 'failed') return problems;
  const { status, error, finished } = last.report;
  const when = finished === undefined ? '' : ` It ended at ${formatDateTime(finished, utc)}.`;
  const why = error === undefined ? ` Its status is ${status ?? 'not told'}.` : ` It says: ${error}`;
  problems.push({
    code: 'syncFailed',
    severity: 'error',
    file: last.key,
    words: 'newest failed',
    message: `The newest sync failed.${when}${why}`,
    action:
      'Most failures are tried again and resolve themselves; if the next sync fails too, check the bucket policy and ask the vendor.',
  });
  return problems;
}

/** Those that tell when they ended, newest first. */
function finishedReports(reports: readonly HistoryReport[]): readonly HistoryReport[] {
  const timeOf = ({ report }: HistoryReport): number => report?.finished ?? report?.started ?? -Infinity;
  return reports.filter(({ report }) => report !== undefined).sort((a, b) => timeOf(b) - timeOf(a));
}

/** When the next dump is due, and by what. */
interface Due {
  readonly at: number;
  readonly by: 'report' | 'rhythm';
}

function dueOf({ reports, dumps }: ExportHistory): Due | undefined {
  const told = finishedReports(reports).find(({ report }) => report?.nextSync !== undefined)?.report?.nextSync;
  if (told !== undefined) return { at: told, by: 'report' };
  const times = dumps.flatMap(({ manifest }) => manifest?.delivered ?? []).sort((a, b) => a - b);
  const last = times.at(-1);
  if (last === undefined || times.length < fewestForRhythm) return undefined;
  const gaps = times.slice(-10).map((time, index, some) => (index === 0 ? 0 : time - (some[index - 1] ?? time)));
  const sorted = gaps.slice(1).sort((a, b) => a - b);
  return { at: last + (sorted[Math.floor(sorted.length / 2)] ?? 0), by: 'rhythm' };
}

function checkFreshness(history: ExportHistory, now: number): readonly HealthProblem[] {
  const due = dueOf(history);
  const newest = newestDelivered(history);
  const delivered = newest?.manifest.delivered;
  if (due === undefined || now - due.at <= overdueGraceMs) return [];
  // Delivered since, or early: the report is only older than the manifest.
  if (delivered !== undefined && delivered >= due.at - overdueGraceMs) return [];
  const by =
    due.by === 'report' ? 'the newest report announced it for' : 'by the rhythm of the dumps before it was due';
  const last =
    newest === undefined
      ? 'No dump has been delivered yet.'
      : `The newest dump is ${newest.dump}${delivered === undefined ? '' : `, delivered ${formatAgo(delivered, now)}`}.`;
  return [
    {
      code: 'syncOverdue',
      severity: now - due.at > lostGraceMs ? 'error' : 'warning',
      words: 'overdue',
      message: `The next sync is overdue: ${by} ${formatDateTime(due.at, utc)}. ${last}`,
      action: 'Do not take yesterday’s data for today’s; if a sync is in progress, wait for its manifest.',
    },
  ];
}

/** A sync with a folder and no manifest, or a manifest and no folder. */
function checkState(dump: HistoryDump, history: ExportHistory, now: number): readonly HealthProblem[] {
  const { folder, manifest, listing } = dump;
  const name = dump.dump.toString();
  if (folder === undefined) {
    const listed = [...(manifest?.tables.values() ?? [])].reduce((sum, { files }) => sum + files, 0);
    if (listed === 0) return [];
    return [
      {
        code: 'folderGone',
        severity: 'information',
        dump: dump.dump,
        words: 'its folder is gone',
        message: `The folder of dump ${name} is gone; its manifest still lists ${formatPlural(listed, 'file')}.`,
        action: 'Fine if a lifecycle rule removes what was superseded; what still counts is told as missing.',
      },
    ];
  }
  if (manifest !== undefined) return [];
  const isLast = dump === history.dumps.at(-1);
  const newest = listing?.newest;
  const age = newest === undefined ? undefined : now - newest;
  const written = newest === undefined ? '' : `, last written to ${formatAgo(newest, now)}`;
  if (isLast && age !== undefined && age < staleAfterMs)
    return [
      {
        code: 'syncInProgress',
        severity: 'information',
        dump: dump.dump,
        file: folder,
        words: 'in progress',
        message: `Sync ${name} has no manifest yet${written}: it is in progress, or has failed.`,
        action: 'Read nothing of it until its manifest is there.',
      },
    ];
  const superseded = isLast ? '' : ' Later dumps have been delivered.';
  return [
    {
      code: 'syncStale',
      severity: isLast ? 'warning' : 'information',
      dump: dump.dump,
      file: folder,
      words: 'failed or given up',
      message: `Sync ${name} has no manifest${written}: it failed or was given up.${superseded}`,
      action: 'Nothing in it counts. Leave it alone: the vendor may still come back to it.',
    },
  ];
}

function checkManifest(dump: DumpId, manifest: HistoryManifest | undefined): readonly HealthProblem[] {
  if (manifest === undefined) return [];
  const { key: file, failure, problems } = manifest;
  if (failure !== undefined) {
    const isDenied = failure.code === 'store.accessDenied';
    const detail = failure.facts['detail'];
    return [
      {
        code: 'manifestUnreadable',
        severity: 'error',
        dump,
        file,
        words: 'manifest cannot be read',
        message: isDenied
          ? `The manifest of dump ${dump} cannot be read: access is denied.`
          : `The manifest of dump ${dump} cannot be read${detail === undefined ? '' : `: ${String(detail)}`}.`,
        action: isDenied
          ? 'Ask for s3:GetObject on manifests/; until then it is not known which files of this dump count.'
          : 'Open it to see the place; until it is delivered anew it is not known which files of this dump count.',
      },
    ];
  }
  return problems.map(({ code, message, path }): HealthProblem => {
    const base = { dump, file, message: `${path}: ${message}` };
    if (code === 'foreignBucket')
      return {
        ...base,
        code: 'foreignBucket',
        severity: 'information',
        words: 'names another bucket',
        action: 'Right for a copy of an export; anywhere else check where the vendor writes to.',
      };
    if (code === 'incrementalMigrations')
      return {
        ...base,
        code: 'migrationsIncremental',
        severity: 'warning',
        table: 'user_migrations',
        words: 'said to be incremental',
        action: 'Replace the table by its newest copy; to append it multiplies rows.',
      };
    return {
      ...base,
      code: 'manifestProblem',
      severity: 'warning',
      words: 'oddity in the manifest',
      action: 'Open the manifest at this place.',
    };
  });
}

function checkStrays({ strays }: ExportHistory): readonly HealthProblem[] {
  return strays.map(({ info, failure }): HealthProblem =>
    failure === undefined
      ? {
          code: 'manifestDuplicate',
          severity: 'warning',
          file: info.key,
          words: 'second manifest',
          message: `${info.key} is a second manifest of its dump, and was not taken.`,
          action: 'Compare the two; what only this one lists does not count here.',
        }
      : {
          code: 'manifestUnreadable',
          severity: 'warning',
          file: info.key,
          words: 'manifest cannot be read',
          message: `${info.key} cannot be read, and its name does not tell its dump.`,
          action: 'Open it; if it is a manifest, what it lists does not count here.',
        },
  );
}
