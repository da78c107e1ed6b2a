import { env, ProgressLocation, window } from 'vscode';
import { Failure, throwIfAborted } from '../../core/failure';
import { formatBytes, formatCount, formatPlural, plural } from '../../core/format';
import { isInS3, printFileList, type FileListForm } from '../../core/history/printFileList';
import { readEffectiveFiles } from '../../core/history/readTableFiles';
import type { TableFiles } from '../../core/history/tableFiles';
import { newestDeliveredAsOf } from '../../core/newestDelivered';
import type { DumpId } from '../../core/dumpId';
import type { BucketSession } from '../connections/sessions';
import type { AsOf } from '../tree/asOf';
import { asNode, pickConnection, pickOne, pickTable, tableOf, type TargetDeps } from './targets';

export interface CopyFilesDeps extends TargetDeps {
  readonly asOf: Pick<AsOf, 'of'>;
}

const title = 'Copy Effective Files';
const progressAfterMs = 500;

interface Form {
  readonly label: string;
  readonly detail: string;
  readonly value: { readonly form: FileListForm; readonly copied: string };
}

const forms: readonly Form[] = [
  { label: 'URIs', detail: 'One a line, by dump and part.', value: { form: 'uris', copied: 'the URIs' } },
  {
    label: 'Redshift COPY manifest',
    detail: 'For COPY … MANIFEST: each file mandatory, with its size.',
    value: { form: 'copy-manifest', copied: 'a Redshift COPY manifest' },
  },
  {
    label: 'Spark list',
    detail: 'For spark.read.format("avro").load(…), in Python.',
    value: { form: 'spark', copied: 'a Spark list' },
  },
  { label: 'DuckDB list', detail: 'For read_avro(…).', value: { form: 'duckdb', copied: 'a DuckDB list' } },
];

/**
 * *Copy Effective Files…*: of the table of a node as of its dump, or of one asked for as of the dump that the sidebar shows; in the form that the user
 * chooses. Says what was copied, and if that is not all of the table.
 */
export async function copyEffectiveFiles(deps: CopyFilesDeps, argument: unknown): Promise<void> {
  const target = await targetOf(deps, argument);
  if (target === undefined) return;
  const { session, table, asOf } = target;
  const uriOf = (key: string): string => session.store.uri(key);
  // Redshift loads from S3 and nowhere else.
  const fitting = forms.filter(({ value }) => value.form !== 'copy-manifest' || isInS3({ uri: uriOf('') }));
  const chosen = await pickOne(title, `The files of ${table} as what?`, Promise.resolve(fitting));
  if (chosen === undefined) return;
  const found = await readWithProgress(session, table, asOf);
  const files = found.files.map(({ key, bytes }) => ({ uri: uriOf(key), bytes }));
  const warnings = warningsOf(found);
  if (files.length === 0) {
    void window.showWarningMessage(
      [`Nothing was copied: no file of ${table} as of dump ${found.asOf} is there.`, ...warnings].join(' '),
    );
    return;
  }
  await env.clipboard.writeText(printFileList(chosen.form, files));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  // A notification is one line long: first what must not be cut off.
  const copied = `Copied ${chosen.copied} of ${formatPlural(files.length, 'file')} (${formatBytes(bytes)}): ${table} as of dump ${found.asOf}.`;
  if (warnings.length === 0) void window.showInformationMessage(copied);
  else void window.showWarningMessage([...warnings, copied].join(' '));
}

interface CopyTarget {
  readonly session: BucketSession;
  readonly table: string;
  readonly asOf?: DumpId;
}

async function targetOf(deps: CopyFilesDeps, argument: unknown): Promise<CopyTarget | undefined> {
  const node = asNode(argument);
  const chosen = tableOf(node);
  if (chosen !== undefined)
    return { session: await deps.sessions.get(chosen.connectionId), table: chosen.table, asOf: chosen.dump };
  if (node !== undefined) return undefined;
  const id = await pickConnection(deps, title);
  if (id === undefined) return undefined;
  const session = await deps.sessions.get(id);
  const pinned = deps.asOf.of(id);
  const asOf = pinned === undefined ? undefined : newestDeliveredAsOf(await session.catalog.syncs(), pinned);
  // Not the newest in its place: nobody asked for that.
  if (pinned !== undefined && asOf === undefined)
    throw new Failure('catalog.noSuchDump', { dump: pinned.toString() });
  const table = await pickTable(session.catalog, title, asOf);
  return table === undefined ? undefined : { session, table, ...(asOf === undefined ? {} : { asOf }) };
}

/** What is there in a moment comes without a notification that would only flash. */
async function readWithProgress(
  { catalog }: BucketSession,
  table: string,
  asOf: DumpId | undefined,
): Promise<TableFiles> {
  const abort = new AbortController();
  let report: (message: string) => void = () => undefined;
  const reading = readEffectiveFiles(catalog, table, asOf, abort.signal, (done, total) =>
    report(`${formatCount(done)} of ${formatPlural(total, 'dump')}`),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), progressAfterMs)));
  try {
    const first = await Promise.race([reading, late]);
    if (first !== 'late') return first;
  } finally {
    clearTimeout(timer);
  }
  return window.withProgress(
    { location: ProgressLocation.Notification, title: `Finding the files of ${table}`, cancellable: true },
    async (progress, token) => {
      report = (message) => progress.report({ message });
      token.onCancellationRequested(() => abort.abort());
      const found = await reading;
      throwIfAborted(abort.signal);
      return found;
    },
  );
}

function warningsOf({ table, since, files, excluded }: TableFiles): readonly string[] {
  const missing = excluded.filter(({ code }) => code === 'missing' || code === 'unresolved').length;
  const areMissing = `${formatPlural(missing, 'file')} of ${table} ${plural(missing, 'is', 'are')} listed and not in the bucket`;
  const warnings: string[] = [];
  if (missing > 0)
    warnings.push(files.length === 0 ? `${areMissing}.` : `${areMissing}: the list is not all of it.`);
  if (since === undefined) warnings.push(`No full dump of ${table} is known: there may be files older than these.`);
  return warnings;
}
