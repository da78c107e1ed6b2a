import type { Catalog, ReportDocument, ReportPairing } from './catalogModel';
import type { CatalogIo } from './catalogIo';
import { isFailure } from './failure';
import type { ManifestReader } from './manifestReader';
import { reportsFolder } from './objectKey';
import type { ObjectInfo } from './ports';
import { createSharedCache } from './sharedCache';
import { parseSyncReport, type SyncReport } from './syncReport';

/** The half of the catalog that reads sync reports. */
export interface ReportCatalog extends Pick<Catalog, 'reports' | 'readReport' | 'pairReport'> {
  refresh(): void;
}

/** Reports read to find a dump's, the nearest in time first. */
const maxCandidates = 6;
/** Syncs run daily: a report further away than this is another sync's. */
const maxDistanceMs = 12 * 3_600_000;

export function createReportCatalog(io: CatalogIo, manifests: ManifestReader): ReportCatalog {
  const listings = createSharedCache<readonly ObjectInfo[]>({ maxWeight: 1 });
  const documents = createSharedCache<ReportDocument>({ maxWeight: 2000 });

  function reports(signal?: AbortSignal): Promise<readonly ObjectInfo[]> {
    return listings.get('', signal, async (own) => {
      const { objects } = await io.listAll({ prefix: reportsFolder, delimiter: '/' }, own);
      return objects.filter(({ key }) => key !== reportsFolder).sort(newestFirst);
    });
  }

  function readReport(key: string, signal?: AbortSignal): Promise<ReportDocument> {
    return documents.get(key, signal, async (own) => {
      const { text, info } = await io.readText(key, 'report.unreadable', own);
      return { report: parseSyncReport(text, { key }), info, text };
    });
  }

  /** Unreadable reports are nobody's. */
  async function readCandidate(key: string, signal?: AbortSignal): Promise<ReportDocument | undefined> {
    try {
      return await readReport(key, signal);
    } catch (error) {
      if (isFailure(error, 'report.unreadable')) return undefined;
      throw error;
    }
  }

  return {
    reports,
    readReport,
    async pairReport(dump, signal) {
      const { sync, index } = await manifests.find(dump, signal);
      const delivered = sync.manifest?.modified;
      if (delivered === undefined) return undefined;
      const near = (await reports(signal))
        .filter((info): info is ObjectInfo & { modified: number } => info.modified !== undefined)
        .map((info) => ({ key: info.key, distance: Math.abs(info.modified - delivered) }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, maxCandidates);
      const read = await Promise.all(near.map(({ key }) => readCandidate(key, signal)));
      const others = index.syncs.flatMap((other) => other.manifest?.modified ?? []);
      return chooseReport(
        delivered,
        others,
        read.filter((document) => document !== undefined),
      );
    },
    refresh() {
      listings.forget();
      documents.forget();
    },
  };
}

/**
 * The report whose sync the manifest was written in, else the one nearest to it. A report that is nearer to another
 * manifest is that one's. Source of the rule: domain.md, section 1 (an inference; reports carry no dump id).
 */
function chooseReport(
  delivered: number,
  allDelivered: readonly number[],
  documents: readonly ReportDocument[],
): ReportPairing | undefined {
  let best: (ReportPairing & { readonly toFinish: number }) | undefined;
  for (const document of documents) {
    const mine = distanceOf(document.report, delivered);
    if (mine === undefined || mine.gap > maxDistanceMs) continue;
    const isAnothers = allDelivered.some((time) => {
      const theirs = distanceOf(document.report, time);
      return theirs !== undefined && compareDistances(theirs, mine) < 0;
    });
    if (isAnothers) continue;
    if (best !== undefined && compareDistances({ gap: best.distanceMs, toFinish: best.toFinish }, mine) <= 0)
      continue;
    const basis = mine.gap === 0 ? 'within' : 'nearest';
    best = { document, basis, distanceMs: mine.gap, toFinish: mine.toFinish };
  }
  return best === undefined
    ? undefined
    : { document: best.document, basis: best.basis, distanceMs: best.distanceMs };
}

interface Distance {
  /** Milliseconds outside of the sync's time; 0 within. */
  readonly gap: number;
  /** From the finish: the manifest is the last thing a sync writes. */
  readonly toFinish: number;
}

function compareDistances(a: Distance, b: Distance): number {
  return a.gap - b.gap || a.toFinish - b.toFinish;
}

function distanceOf(report: SyncReport, time: number): Distance | undefined {
  const start = report.started ?? report.finished;
  const finish = report.finished ?? report.started;
  if (start === undefined || finish === undefined) return undefined;
  return { gap: Math.max(0, start - time, time - finish), toFinish: Math.abs(finish - time) };
}

function newestFirst(a: ObjectInfo, b: ObjectInfo): number {
  const byTime = (b.modified ?? 0) - (a.modified ?? 0);
  return byTime !== 0 ? byTime : a.key < b.key ? 1 : -1;
}
