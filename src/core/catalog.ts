import type { Catalog, CatalogOptions } from './catalogModel';
import type { ObjectStore } from './ports';
import { createManifestReader } from './manifestReader';
import { createReportCatalog } from './reportCatalog';
import { createSyncCatalog } from './syncCatalog';
import { createTableCatalog } from './tableCatalog';
import { createCatalogIo } from './catalogIo';

/** A catalog over a store that the caller owns and disposes. */
export function createCatalog(store: ObjectStore, options: CatalogOptions = {}): Catalog {
  const io = createCatalogIo(store, options.maxConcurrency ?? 8);
  const manifests = createManifestReader(io, options);
  const syncs = createSyncCatalog(io, manifests);
  const reports = createReportCatalog(io, manifests);
  return {
    syncs: async (signal) => (await manifests.index(signal)).syncs,
    strayManifests: async (signal) => (await manifests.index(signal)).strays,
    readManifest: async (dump, signal) => manifests.read((await manifests.find(dump, signal)).sync, signal),
    contents: syncs.contents,
    parts: syncs.parts,
    readDefinitions: syncs.readDefinitions,
    reports: reports.reports,
    readReport: reports.readReport,
    pairReport: reports.pairReport,
    ...createTableCatalog(manifests),
    refresh(scope = 'all') {
      syncs.refresh(scope);
      if (scope === 'all') reports.refresh();
    },
  };
}
