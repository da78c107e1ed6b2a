import { Uri } from 'vscode';

/** `data-connect://<connection id>/<key>`: an object of a connected bucket, as VS Code names it. */
export const objectScheme = 'data-connect';
/** The same address, shown as a formatted read-only document. */
export const jsonScheme = 'data-connect-json';
/** Canonical text of a manifest, for VS Code's own diff editor. */
export const canonicalScheme = 'data-connect-manifest';
/** A table as of a dump, all its effective files as one (`rows/rowsSource`). */
export const tableScheme = 'data-connect-table';

export interface ObjectRef {
  readonly connectionId: string;
  readonly key: string;
}

export function objectUri(ref: ObjectRef, scheme: string = objectScheme): Uri {
  return Uri.from({ scheme, authority: ref.connectionId, path: `/${ref.key}` });
}

export function parseObjectUri(uri: Uri): ObjectRef {
  return { connectionId: uri.authority, key: uri.path.replace(/^\//, '') };
}
