import type { ListRequest } from '../../src/core/ports';

/** What a listing of these keys must hold, worked out the plain way: filter, fold, sort by bytes. Not paged. */
export function modelList(keys: readonly string[], request: ListRequest) {
  const bytes = (text: string) => Buffer.from(text, 'utf8');
  const byBytes = (a: string, b: string) => Buffer.compare(bytes(a), bytes(b));
  const wanted = keys.filter(
    (key) =>
      key.startsWith(request.prefix) && (request.startAfter === undefined || byBytes(key, request.startAfter) > 0),
  );
  const objects: string[] = [];
  const folders = new Set<string>();
  for (const key of wanted) {
    const slash = request.delimiter === undefined ? -1 : key.indexOf('/', request.prefix.length);
    if (slash < 0) objects.push(key);
    else folders.add(key.slice(0, slash + 1));
  }
  return { objects: objects.sort(byBytes), folders: [...folders].sort(byBytes) };
}
