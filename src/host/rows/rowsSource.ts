import { Uri } from 'vscode';
import { type DumpId, parseDumpId } from '../../core/dumpId';
import { Failure } from '../../core/failure';
import { objectScheme, parseObjectUri, tableScheme } from '../resourceUri';

/** What a rows tab shows: one file, or a table as of a dump. It is all in the tab's URI, so that tabs restore and none is there twice. */
export type RowsSource =
  | { readonly kind: 'object'; readonly connectionId: string; readonly key: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'table'; readonly connectionId: string; readonly table: string; readonly dump: DumpId };

/** Between a table's name and its dump in the URI: it is what the tab is called. */
const asOf = ' · as of ';

/** `data-connect-table://<connection id>/pageviews · as of 1241` */
export function tableUri(source: Extract<RowsSource, { kind: 'table' }>): Uri {
  // Only what a path cannot hold: the rest is read by people.
  const name = source.table.replace(/[%/\\]/g, encodeURIComponent);
  return Uri.from({ scheme: tableScheme, authority: source.connectionId, path: `/${name}${asOf}${source.dump}` });
}

/** @throws Failure `ref.unreadable` */
export function parseRowsSource(uri: Uri): RowsSource {
  if (uri.scheme === objectScheme) return { kind: 'object', ...parseObjectUri(uri) };
  if (uri.scheme === 'file') return { kind: 'file', path: uri.fsPath };
  if (uri.scheme === tableScheme) {
    const end = uri.path.lastIndexOf(asOf);
    const dump = end < 0 ? undefined : parseDumpId(uri.path.slice(end + asOf.length));
    const name = uri.path.slice(1, Math.max(1, end));
    const table = name === '' || name.includes('/') ? undefined : decodeName(name);
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
