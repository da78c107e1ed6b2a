import type { ManifestFile } from './manifest';
import { parseObjectKey, parseSyncFolder } from './objectKey';

const s3Uri = /^s3[an]?:\/\/([^/]+)\/(.*)$/is;
const anyUri = /^([a-z][a-z0-9+.-]*):\/\/[^/]*\/(.*)$/is;

/**
 * A file as a manifest names it, with the key at which it lies under the opened root: the part from `sync_<n>/` on,
 * whatever bucket, prefix or folder the manifest names, because exports are copied, replicated and downloaded.
 * Takes `s3://`, `s3a://`, `s3n://`, other URIs and plain paths. Percent-encoding is undone only where it cannot be
 * part of the name itself: in http and file URIs, and where the `=` or `/` of the layout is encoded.
 */
export function resolveManifestFile(uri: string): ManifestFile {
  const s3 = s3Uri.exec(uri);
  const bucket = s3?.[1];
  const key = resolveKey(uri, s3?.[2]);
  return { uri, ...(key === undefined ? {} : { key }), ...(bucket === undefined ? {} : { bucket }) };
}

function resolveKey(uri: string, s3Path: string | undefined): string | undefined {
  if (s3Path !== undefined) return keyIn(s3Path) ?? keyIn(decode(s3Path));
  const other = anyUri.exec(uri);
  if (other === null) return keyIn(uri) ?? keyIn(decode(uri)) ?? keyIn(uri.replaceAll('\\', '/'));
  const scheme = other[1]?.toLowerCase();
  const path = other[2] ?? '';
  if (scheme === 'http' || scheme === 'https') return keyIn(decode(path.replace(/[?#].*$/s, '')));
  return scheme === 'file' ? keyIn(decode(path)) : (keyIn(path) ?? keyIn(decode(path)));
}

/** `undefined` also where the layout's own characters are still encoded, so that the caller decodes. */
function keyIn(path: string): string | undefined {
  if (/(^|\/)_heap_table_name%3d/i.test(path)) return undefined;
  const segments = path.split('/');
  let fallback: string | undefined;
  for (let first = segments.length - 2; first >= 0; first--) {
    if (parseSyncFolder(segments[first] ?? '') === undefined) continue;
    const key = segments.slice(first).join('/');
    const { kind } = parseObjectKey(key);
    // A table of the older layout may itself be called `sync_12`: what reads as a part wins over what is merely shorter.
    if (kind === 'part' || kind === 'definitions') return key;
    if (!key.endsWith('/')) fallback ??= key;
  }
  return fallback;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
