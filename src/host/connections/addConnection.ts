import { ProgressLocation, Uri, window } from 'vscode';
import {
  createConnectionId,
  type Connection,
  type FolderConnection,
  type S3Connection,
  type StaticCredentials,
} from '../../core/connection';
import { describeFailure } from '../../core/describeFailure';
import { throwIfAborted, toFailure, type FailureCode } from '../../core/failure';
import type { Log } from '../../core/ports';
import { pickStep, type Choice } from '../prompts';
import { connectionOf, draftOf, emptyDraft, keysOf, stepsOf, type Draft, type StepName } from './connectionDraft';
import { ask } from './connectionSteps';
import { expandHome, isLocalPath } from './localPath';
import type { ConnectionList } from './connectionList';
import type { Sessions } from './sessions';

export interface ConnectionPrompts {
  readonly list: ConnectionList;
  readonly sessions: Sessions;
  readonly log: Log;
}

/** *Add Connection*: asks, tries, says what is wrong in words, saves. Gives the saved connection, or `undefined`. */
export async function addS3Connection(prompts: ConnectionPrompts, address = ''): Promise<Connection | undefined> {
  return runSteps(prompts, { ...emptyDraft(), address }, undefined);
}

/** The same steps, filled with what is there. */
export async function editS3Connection(
  prompts: ConnectionPrompts,
  connection: S3Connection,
): Promise<Connection | undefined> {
  const draft = draftOf(connection, await prompts.list.credentials(connection.id));
  return runSteps(prompts, draft, connection);
}

/** *Open a Folder as a Bucket*: the system's own dialog, then it is there. */
export async function addFolderConnection(
  prompts: ConnectionPrompts,
  folder?: Uri,
): Promise<Connection | undefined> {
  const chosen = folder ?? (await chooseFolder('Open a Folder as a Bucket'));
  if (chosen === undefined) return undefined;
  const known = prompts.list.all().find((item) => item.kind === 'folder' && item.path === chosen.fsPath);
  if (known !== undefined) return known;
  const name = chosen.path.split('/').findLast((segment) => segment !== '') ?? chosen.fsPath;
  const connection: FolderConnection = { kind: 'folder', id: newId(prompts, name), name, path: chosen.fsPath };
  await prompts.list.save(connection);
  return connection;
}

/** Another place for the same connection: its folder was moved, or chosen one too deep. */
export async function editFolderConnection(
  prompts: ConnectionPrompts,
  connection: FolderConnection,
): Promise<Connection | undefined> {
  const chosen = await chooseFolder(`Edit ${connection.name}`);
  if (chosen === undefined) return undefined;
  const edited: FolderConnection = { ...connection, path: chosen.fsPath };
  await prompts.list.save(edited);
  return edited;
}

async function chooseFolder(title: string): Promise<Uri | undefined> {
  const chosen = await window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title,
    openLabel: 'Open as Bucket',
  });
  return chosen?.[0];
}

/** The built-in sample, added if it is not there. */
export async function addSampleConnection(prompts: ConnectionPrompts): Promise<Connection> {
  const known = prompts.list.all().find((item) => item.kind === 'sample');
  if (known !== undefined) return known;
  const connection: Connection = { kind: 'sample', id: newId(prompts, 'sample'), name: 'sample' };
  await prompts.list.save(connection);
  return connection;
}

const newId = (prompts: ConnectionPrompts, name: string): string =>
  createConnectionId(
    name,
    prompts.list.all().map((item) => item.id),
  );

type Remedy = StepName | 'again' | 'save';

async function runSteps(
  prompts: ConnectionPrompts,
  draft: Draft,
  edited: S3Connection | undefined,
): Promise<Connection | undefined> {
  const title = edited === undefined ? 'Connect an S3 Bucket' : `Edit ${edited.name}`;
  let at = 0;
  for (;;) {
    const steps = stepsOf(draft);
    const name = steps[at];
    if (name === undefined) {
      const outcome = await tryAndSave(prompts, draft, edited, title);
      if (outcome === undefined || typeof outcome === 'object') return outcome;
      at = Math.max(0, stepsOf(draft).indexOf(outcome));
      continue;
    }
    const answered = await ask(name, draft, { title, step: at + 1, totalSteps: steps.length });
    if (answered === undefined) return undefined;
    if (name === 'bucket' && answered !== 'back' && isLocalPath(draft.address)) {
      return addFolderConnection(prompts, Uri.file(expandHome(draft.address)));
    }
    at += answered === 'back' ? -1 : 1;
  }
}

/** Tries the connection with one small listing. When it fails: says why, and leads back to the step that can mend it. */
async function tryAndSave(
  prompts: ConnectionPrompts,
  draft: Draft,
  edited: S3Connection | undefined,
  title: string,
): Promise<Connection | StepName | undefined> {
  const connection = connectionOf(draft, edited?.id ?? newId(prompts, draft.name));
  const credentials = keysOf(draft);
  const save = async (): Promise<Connection> => {
    await prompts.list.save(connection, credentials);
    // Also when only a key changed, which the setting does not show.
    prompts.sessions.close(connection.id);
    return connection;
  };
  try {
    const found = await tryConnection(prompts, connection, credentials);
    if (found > 0) return await save();
    return await settleEmptyBucket(title, connection, save);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === 'cancelled') return 'name';
    const { message, hint } = describeFailure(failure);
    prompts.log.info(`The connection was tried and failed: ${failure.code} ${JSON.stringify(failure.facts)}`);
    const next = await pickStep<Remedy>(
      // In the title it stays readable whatever is typed; a placeholder would be dim, and gone at the first letter.
      { title: message },
      { placeholder: 'What now?', choices: remedies(failure.code, hint) },
    );
    if (next === undefined || next === 'back') return undefined;
    if (next.value === 'again') return tryAndSave(prompts, draft, edited, title);
    return next.value === 'save' ? save() : next.value;
  }
}

/** What can be done about a connection that failed, the likeliest first, with the hint below it. */
function remedies(code: FailureCode, hint: string): readonly Choice<Remedy>[] {
  const all: readonly Choice<Remedy>[] = [
    { label: 'Try Again', value: 'again' },
    { label: 'Change Bucket', value: 'bucket' },
    { label: 'Change Credentials', value: 'credentials' },
    { label: 'Change Server or Region', value: 'server' },
    { label: 'Save Anyway', description: 'and try later', value: 'save' },
  ];
  const likeliest = likeliestRemedy(code);
  return [
    ...all.filter(({ value }) => value === likeliest).map((choice) => ({ ...choice, detail: hint })),
    ...all.filter(({ value }) => value !== likeliest),
  ];
}

function likeliestRemedy(code: FailureCode): Remedy {
  switch (code) {
    case 'store.noSuchBucket':
      return 'bucket';
    case 'store.accessDenied':
    case 'store.badCredentials':
    case 'store.expiredToken':
    case 'store.noCredentials':
      return 'credentials';
    case 'store.wrongRegion':
    case 'store.protocol':
      return 'server';
    default:
      return 'again';
  }
}

/** Counts what one small listing finds at the root. */
async function tryConnection(
  prompts: ConnectionPrompts,
  connection: S3Connection,
  credentials: StaticCredentials | undefined,
): Promise<number> {
  return window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Connecting to s3://${connection.bucket}…`,
      cancellable: true,
    },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const { store } = await prompts.sessions.openOnce(connection, credentials);
      try {
        const page = await store.list({ prefix: '', delimiter: '/', maxKeys: 100 }, abort.signal);
        throwIfAborted(abort.signal);
        return page.objects.length + page.folders.length;
      } finally {
        store.dispose();
      }
    },
  );
}

async function settleEmptyBucket(
  title: string,
  connection: S3Connection,
  save: () => Promise<Connection>,
): Promise<Connection | StepName | undefined> {
  const place = `s3://${connection.bucket}/${connection.prefix}`;
  const next = await pickStep<StepName | 'save'>(
    { title },
    {
      placeholder: `${place} can be read, but nothing is in it.`,
      choices: [
        { label: 'Save Anyway', description: 'the first sync may still be to come', value: 'save' },
        { label: 'Change Bucket or Prefix', value: 'bucket' },
      ],
    },
  );
  if (next === undefined || next === 'back') return undefined;
  return next.value === 'save' ? save() : next.value;
}
