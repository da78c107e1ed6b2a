import type { CatalogIo, Listing } from './catalogIo';
import type { ManifestDocument } from './catalogModel';
import type { DumpId } from './dumpId';
import type { SyncSources } from './joinSync';
import type { FoundSync, ManifestReader } from './manifestReader';
import { formatTableFolder } from './objectKey';
import type { ObjectInfo } from './ports';

/** Above this a sync's folder is not listed object by object: at S3's page size, 20,000 objects. */
const maxFlatPages = 20;
const pageSize = 1000;
/** Other folders that the files of a whole manifest are looked for in; for a single table, in all of them. */
const maxOtherFolders = 50;

/** Lists a sync's whole folder and reads its manifest, at the same time. Too large a folder is listed by its tables only. */
export async function listSync(
  io: CatalogIo,
  manifests: ManifestReader,
  dump: DumpId,
  signal: AbortSignal,
): Promise<SyncSources> {
  const found = await manifests.find(dump, signal);
  const { folder } = found.sync;
  let listedFiles = 0;
  const reading = manifests.readIfAny(found.sync, signal).then((part) => {
    for (const { files } of part.manifest?.manifest.tables ?? []) listedFiles += files.length;
    return part;
  });
  // A manifest that lists more than fits spares the pages that would have led to the same end.
  const goOn = (pages: number): boolean => pages < maxFlatPages && listedFiles <= maxFlatPages * pageSize;
  const nothing: Listing = { objects: [], folders: [], isCut: false };
  const [part, listing] = await Promise.all([
    reading,
    folder === undefined ? nothing : io.listAll({ prefix: folder }, signal, { goOn }),
  ]);
  const [elsewhere, cut] = await Promise.all([
    listElsewhere(io, found, part.manifest, signal),
    listing.isCut && folder !== undefined ? listCut(io, folder, listing.objects, signal) : undefined,
  ]);
  // What was not looked for is not missing: tables with files in such folders stay uncounted.
  const isWhole = (wanted: string): boolean =>
    folder !== undefined && wanted.startsWith(folder)
      ? cut === undefined || cut.whole.has(wanted)
      : elsewhere.folders.has(wanted);
  return {
    dump,
    ...(folder === undefined ? {} : { folder }),
    ...part,
    objects: [...listing.objects, ...elsewhere.objects],
    ...(cut === undefined && !elsewhere.isCut ? {} : { cut: { folders: cut?.folders ?? [], isWhole } }),
  };
}

/** Lists one table of a sync, in both layouts: `report` hears how many objects there are so far. */
export async function listTable(
  io: CatalogIo,
  manifests: ManifestReader,
  dump: DumpId,
  table: string,
  signal: AbortSignal,
  report: (objects: number) => void,
): Promise<SyncSources> {
  const found = await manifests.find(dump, signal);
  const { folder } = found.sync;
  const counts = { named: 0, plain: 0 };
  const list = async (layout: 'named' | 'plain'): Promise<readonly ObjectInfo[]> => {
    if (folder === undefined) return [];
    const prefix = `${folder}${formatTableFolder(table, layout)}/`;
    const onPage = (count: number): void => {
      counts[layout] = count;
      report(counts.named + counts.plain);
    };
    return (await io.listAll({ prefix }, signal, { onPage })).objects;
  };
  const [part, named, plain] = await Promise.all([
    manifests.readIfAny(found.sync, signal),
    list('named'),
    list('plain'),
  ]);
  const elsewhere = await listElsewhere(io, found, part.manifest, signal, table);
  const objects = [...named, ...plain, ...elsewhere.objects];
  return { dump, ...(folder === undefined ? {} : { folder }), ...part, objects };
}

/** What lies outside the sync's own folder, in folders of other syncs. */
interface Elsewhere {
  readonly objects: readonly ObjectInfo[];
  /** The folders that were listed. */
  readonly folders: ReadonlySet<string>;
  /** There are more of them. */
  readonly isCut: boolean;
}

/** Files that a manifest lists outside its own sync's folder, as far as they lie in folders of other syncs. */
async function listElsewhere(
  io: CatalogIo,
  { sync, index }: FoundSync,
  manifest: ManifestDocument | undefined,
  signal: AbortSignal,
  table?: string,
): Promise<Elsewhere> {
  const folders = new Set<string>();
  for (const { name, files } of manifest?.manifest.tables ?? []) {
    if (table !== undefined && name !== table) continue;
    for (const { key } of files) {
      if (key === undefined || (sync.folder !== undefined && key.startsWith(sync.folder))) continue;
      if (index.folders.has(key.slice(0, key.indexOf('/') + 1)))
        folders.add(key.slice(0, key.lastIndexOf('/') + 1));
    }
  }
  const listed = table === undefined ? [...folders].slice(0, maxOtherFolders) : [...folders];
  const listings = await Promise.all(listed.map((prefix) => io.listAll({ prefix, delimiter: '/' }, signal)));
  return {
    objects: listings.flatMap((listing) => listing.objects),
    folders: new Set(listed),
    isCut: listed.length < folders.size,
  };
}

/** Which table folders there are, and which of them the cut listing holds whole: those it had gone past. */
async function listCut(
  io: CatalogIo,
  folder: string,
  objects: readonly ObjectInfo[],
  signal: AbortSignal,
): Promise<{ readonly folders: readonly string[]; readonly whole: ReadonlySet<string> }> {
  const { folders } = await io.listAll({ prefix: folder, delimiter: '/' }, signal);
  const whole = new Set<string>();
  let last = '';
  for (const { key } of objects) {
    const end = key.indexOf('/', folder.length);
    last = end < 0 ? '' : key.slice(0, end + 1);
    if (last !== '') whole.add(last);
  }
  whole.delete(last);
  return { folders, whole };
}
