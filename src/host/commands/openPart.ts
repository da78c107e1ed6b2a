import { commands as vscodeCommands, Uri, window } from 'vscode';
import { exportPrefix, parseBucketAddress, type BucketAddress } from '../../core/bucketAddress';
import type { S3Connection } from '../../core/connection';
import { Failure } from '../../core/failure';
import { addS3Connection, type ConnectionPrompts } from '../connections/addConnection';
import { expandHome, isLocalPath } from '../connections/localPath';
import type { BucketSession } from '../connections/sessions';
import { customEditors } from '../generated/meta';
import { objectUri } from '../resourceUri';
import { asNode, pickPart, pickSync, pickTableOf, selectedNodes, type TargetDeps } from './targets';

const title = 'Open Avro Part';

/** *Open Avro Part*: of nodes, of a local file, of a pasted URI, or asked for step by step. */
export async function openAvroPart(deps: TargetDeps & ConnectionPrompts, args: readonly unknown[]): Promise<void> {
  const [argument] = args;
  if (argument instanceof Uri) return openRows(argument);
  if (typeof argument === 'string') return openAddress(deps, argument);
  const parts = selectedNodes(args).filter((node) => node.kind === 'part');
  if (parts.length > 0) {
    for (const node of parts) await openRows(objectUri({ connectionId: node.connectionId, key: node.part.key }));
    return;
  }
  if (asNode(argument) !== undefined) return;
  const choice = await askForPart(deps);
  if (choice === undefined) return;
  if ('address' in choice) return openAddress(deps, choice.address);
  await browseToPart(deps, choice.session);
}

export async function openRows(uri: Uri): Promise<void> {
  await vscodeCommands.executeCommand('vscode.openWith', uri, customEditors.dataConnectRows);
}

type PartChoice = { readonly address: string } | { readonly session: BucketSession };

/** First step: a connection to browse, or a place pasted into the same box. */
async function askForPart(deps: TargetDeps): Promise<PartChoice | undefined> {
  const connections = deps.list.all();
  const pick = window.createQuickPick<{
    label: string;
    description?: string;
    alwaysShow?: boolean;
    connectionId?: string;
    address?: string;
  }>();
  const browse = connections.map((connection) => ({
    label: connection.name,
    description:
      connection.kind === 's3'
        ? `s3://${connection.bucket}/${connection.prefix}`
        : connection.kind === 'folder'
          ? connection.path
          : 'sample',
    connectionId: connection.id,
  }));
  pick.title = title;
  pick.placeholder = 'Paste an s3:// URI or a path of an .avro file, or choose where to browse';
  pick.items = browse;
  pick.ignoreFocusOut = true;
  try {
    const chosen = await new Promise<(typeof pick.items)[number] | undefined>((resolve) => {
      pick.onDidChangeValue((text) => {
        const address = text.trim();
        const isPlace = isLocalPath(address) || /^(s3[an]?:\/\/|https?:\/\/|arn:|file:)/.test(address);
        pick.items = isPlace ? [{ label: `Open ${address}`, alwaysShow: true, address }] : browse;
      });
      pick.onDidAccept(() => resolve(pick.activeItems[0]));
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
    if (chosen?.address !== undefined) return { address: chosen.address };
    return chosen?.connectionId === undefined
      ? undefined
      : { session: await deps.sessions.get(chosen.connectionId) };
  } finally {
    pick.dispose();
  }
}

async function browseToPart(deps: TargetDeps, session: BucketSession): Promise<void> {
  const sync = await pickSync(deps, session, title, 'Which dump?');
  if (sync === undefined) return;
  const table = await pickTableOf(session.catalog, sync.dump, title);
  if (table === undefined) return;
  const key = await pickPart(session.catalog, sync.dump, table, title);
  if (key !== undefined) await openRows(objectUri({ connectionId: session.connection.id, key }));
}

/** A pasted place: in S3 through the connection that covers it, else a file of this machine. */
async function openAddress(deps: TargetDeps & ConnectionPrompts, text: string): Promise<void> {
  const isS3 = /^(s3[an]?:\/\/|https?:\/\/|arn:)/.test(text);
  if (!isS3) return openRows(text.startsWith('file:') ? Uri.parse(text) : Uri.file(expandHome(text)));
  const address = parseBucketAddress(text);
  if (address === undefined || address.key === '') {
    throw new Failure('ref.unreadable', { uri: text, detail: 'It names no object: s3://bucket/key is needed.' });
  }
  const known = findConnection(deps, address);
  const connection = known ?? (await offerConnection(deps, text, address));
  if (connection === undefined) return;
  await openRows(objectUri({ connectionId: connection.id, key: address.key.slice(connection.prefix.length) }));
}

/** The connection with the longest prefix that covers the address. */
function findConnection(deps: TargetDeps, address: BucketAddress): S3Connection | undefined {
  return deps.list
    .all()
    .filter(
      (item): item is S3Connection =>
        item.kind === 's3' && item.bucket === address.bucket && address.key.startsWith(item.prefix),
    )
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

async function offerConnection(
  deps: TargetDeps & ConnectionPrompts,
  text: string,
  address: BucketAddress,
): Promise<S3Connection | undefined> {
  const connect = 'Connect Bucket';
  const chosen = await window.showInformationMessage(`No connection covers ${text}.`, { modal: false }, connect);
  if (chosen !== connect) return undefined;
  const connection = await addS3Connection(deps, `s3://${address.bucket}/${exportPrefix(address.key)}`);
  return connection?.kind === 's3' && address.key.startsWith(connection.prefix) ? connection : undefined;
}
