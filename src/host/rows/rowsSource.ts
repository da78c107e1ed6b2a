import { Uri } from 'vscode';
import { type DumpId, parseDumpId } from '../../core/dumpId';
import { Failure } from '../../core/failure';
import { objectScheme, parseObjectUri, tableScheme } from '../resourceUri';

/** What a rows tab shows: one file, or a table as of a dump. It is all in the tab's URI, so that tabs restore and none is there twice. */
export type RowsSource =
  | { readonly kind: 'object'; readonly connectionId: string; readonly key: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'table'; readonly connectionId: string; readonly table: string; readonly dump: DumpId };

const tableExtension = '.dctable';

/** `data-connect-table://<connection id>/pageviews@1241.dctable` */
export function tableUri(source: Extract<RowsSource, { kind: 'table' }>): Uri {
  const name = `${encodeURIComponent(source.table)}@${source.dump}${tableExtension}`;
  return Uri.from({ scheme: tableScheme, authority: source.connectionId, path: `/${name}` });
}

/** @throws Failure `ref.unreadable` */
export function parseRowsSource(uri: Uri): RowsSource {
  if (uri.scheme === objectScheme) return { kind: 'object', ...parseObjectUri(uri) };
  if (uri.scheme === 'file') return { kind: 'file', path: uri.fsPath };
  if (uri.scheme === tableScheme) {
    const match = /^\/([^/]+)@(\d+)\.dctable$/.exec(uri.path);
    const dump = parseDumpId(match?.[2] ?? '');
    const table = match?.[1] === undefined ? undefined : decodeName(match[1]);
    if (dump !== undefined && table !== undefined)
      return { kind: 'table', connectionId: uri.authority, table, dump };
    throw new Failure('ref.unreadable', { uri: uri.toString(), detail: 'It names no table of a dump.' });
  }
  throw new Failure('ref.unreadable', {
    uri: uri.toString(),
    detail: `Files of the scheme "${uri.scheme}" cannot be read in ranges.`,
  });
}

function decodeName(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
