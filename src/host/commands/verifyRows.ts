import { ProgressLocation, Uri, window, workspace } from 'vscode';
import { Failure, failureToData, isFailure } from '../../core/failure';
import { formatBytes } from '../../core/format';
import type { Clock } from '../../core/ports';
import { printIntegrity, type VerifiedPart } from '../../core/printIntegrity';
import type { DataWorker, SourcePart } from '../rows/dataWorker';
import { locateRows, type LocateDeps, type LocatedRows } from '../rows/locateRows';
import { parseRowsSource, type RowsSource } from '../rows/rowsSource';
import type { RowsTabs } from '../rows/rowsTabs';
import { readSetting } from '../settings';
import { asNode, tableOf } from './targets';

export interface VerifyDeps extends LocateDeps {
  readonly worker: Pick<DataWorker, 'verify'>;
  readonly tabs: Pick<RowsTabs, 'active'>;
  readonly clock: Clock;
}

/**
 * *Verify Integrity*: reads every byte of a part, or of all effective parts of a table, and opens what was found as a Markdown document.
 * Of a node of the tree, of a file, or of the rows tab in front.
 */
export async function verifyRows(deps: VerifyDeps, argument: unknown): Promise<void> {
  const source = sourceOf(deps, argument);
  if (source === undefined) return;
  const found = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Verifying', cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      try {
        const located = await locateRows(source, deps, abort.signal);
        try {
          if (!(await mayRead(located, abort.signal))) return undefined;
          const parts = await verifyParts(deps, located, abort.signal, (message, increment) =>
            progress.report({ message, increment }),
          );
          return { located, parts };
        } finally {
          located.owned?.dispose();
        }
      } catch (error) {
        // Whoever cancels wants no report of a half.
        if (abort.signal.aborted) return undefined;
        throw error;
      }
    },
  );
  if (found === undefined) return;
  const { located, parts } = found;
  const { table, dump, isTable, title, notes } = located;
  const what =
    isTable === true && table !== undefined && dump !== undefined ? `${table} as of dump ${dump}` : title;
  const content = printIntegrity(parts, { what, at: deps.clock.now(), ...(notes === undefined ? {} : { notes }) });
  await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content }), {
    preview: false,
  });
}

function sourceOf({ tabs }: VerifyDeps, argument: unknown): RowsSource | undefined {
  if (argument instanceof Uri) return parseRowsSource(argument);
  const node = asNode(argument);
  if (node?.kind === 'part') return { kind: 'object', connectionId: node.connectionId, key: node.part.key };
  const chosen = tableOf(node);
  if (chosen !== undefined) return { kind: 'table', ...chosen };
  const tab = node === undefined ? tabs.active() : undefined;
  return tab === undefined ? undefined : parseRowsSource(tab.document.uri);
}

/** Asked first where it is remote and more than the user allows unasked. */
async function mayRead({ session, parts }: LocatedRows, signal: AbortSignal): Promise<boolean> {
  if (session?.connection.kind !== 's3') return true;
  // A part that is opened by itself was in no listing. What cannot be read is found so when it is verified.
  const sizes = await Promise.all(
    parts.map(
      async ({ bytes, source }) =>
        bytes ??
        source.read(0, 1, signal).then(
          (read) => read.totalBytes,
          () => 0,
        ),
    ),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= readSetting('dataConnect.rows.askAboveMegabytes') * 1024 * 1024) return true;
  const read = 'Read All';
  const chosen = await window.showInformationMessage(
    `Verifying reads all ${formatBytes(bytes)} anew.`,
    { modal: true },
    read,
  );
  return chosen === read;
}

/** One after the other: each is read by several threads. A part that cannot be read is found so, and the others go on. */
async function verifyParts(
  { worker }: VerifyDeps,
  { parts }: LocatedRows,
  signal: AbortSignal,
  report: (message: string, increment: number) => void,
): Promise<readonly VerifiedPart[]> {
  const found: VerifiedPart[] = [];
  for (const part of parts) {
    const { file, uri, dump } = part.facts;
    const facts = { file, uri, ...(dump === undefined ? {} : { dump }) };
    found.push({ ...facts, ...(await verifyPart(worker, part, signal, report, parts.length)) });
  }
  return found;
}

async function verifyPart(
  worker: VerifyDeps['worker'],
  part: SourcePart,
  signal: AbortSignal,
  report: (message: string, increment: number) => void,
  parts: number,
): Promise<Pick<VerifiedPart, 'report' | 'failure'>> {
  let told = 0;
  const tell = (share: number, words: string): void => {
    report(`${part.facts.file}${words}`, (100 * (share - told)) / parts);
    told = share;
  };
  tell(0, '');
  try {
    const result = await worker.verify(part, {
      signal,
      onProgress: (done, total) => {
        if (total > 0) tell(Math.max(told, done / total), `: ${formatBytes(done)} of ${formatBytes(total)}`);
      },
    });
    return { report: result };
  } catch (error) {
    if (signal.aborted || isFailure(error, 'cancelled')) throw new Failure('cancelled');
    return { failure: failureToData(error) };
  } finally {
    tell(1, '');
  }
}
