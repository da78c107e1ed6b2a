import { describeFailure } from '../../core/describeFailure';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { DumpId } from '../../core/dumpId';
import { isFailure, toFailure } from '../../core/failure';
import { type ExportHistory, newestDelivered } from '../../core/history/exportHistory';
import { manifestsFolder, parseObjectKey } from '../../core/objectKey';
import type { Clock, ObjectStore } from '../../core/ports';
import type { Sessions } from '../connections/sessions';
import type { Failures } from '../failures';
import type { PollFault } from './healthStatus';
import type { HealthWatch } from './healthWatch';

/** A dump that was delivered while its connection was open. */
export interface Arrival {
  readonly connectionId: string;
  readonly dump: DumpId;
  /** The newest before it. */
  readonly previous?: DumpId;
}

export interface HealthPollDeps {
  readonly watch: Pick<HealthWatch, 'all' | 'of' | 'read' | 'judge'>;
  readonly sessions: Pick<Sessions, 'get'>;
  readonly failures: Pick<Failures, 'record'>;
  readonly clock: Clock;
  /** 0: off. */
  readonly minutes: () => number;
  /** Forgets what is listed of a connection, and lists it anew. */
  readonly refresh: (connectionId: string) => Promise<void>;
  /** Called once for each dump, when its health has been read. */
  readonly tell: (arrival: Arrival) => void;
  /** A look failed, or went well again. */
  readonly onFault: () => void;
}

/** Looks for new manifests of the connections whose health is known. Nothing is asked of those that nobody opened. */
export interface HealthPoll extends Disposable {
  /** Takes up the setting. */
  restart(): void;
  /** Looks that failed the last time. */
  faults(): readonly PollFault[];
}

const minuteMs = 60_000;
/** Nothing came: what was read is judged by the time of now, when it was judged so long ago. A sync may be overdue by then. */
const judgeAfterMs = 10 * minuteMs;
/** After failures in a row the next look is put off, at most so many times as long. */
const mostPatience = 16;

interface Looked {
  failures: number;
  /** Looks are left out until then; epoch milliseconds. */
  notBefore: number;
  fault?: PollFault;
}

export function createHealthPoll(deps: HealthPollDeps): HealthPoll {
  const resources = new DisposableStore();
  const looked = new Map<string, Looked>();
  const told = new Map<string, Set<DumpId>>();
  let timer: NodeJS.Timeout | undefined;
  let abort = new AbortController();
  let isLooking = false;

  const intervalMs = (): number => {
    const minutes = deps.minutes();
    return minutes > 0 ? Math.max(1, minutes) * minuteMs : 0;
  };

  /** One connection. Never rejects. */
  const look = async (id: string, name: string, signal: AbortSignal): Promise<void> => {
    const entry = looked.get(id) ?? { failures: 0, notBefore: 0 };
    looked.set(id, entry);
    if (deps.clock.now() < entry.notBefore) return;
    try {
      const reading = deps.watch.of(id)?.reading;
      const { store } = await deps.sessions.get(id);
      const isNews = await hasNews(store, reading?.history, signal);
      if (signal.aborted) return;
      if (isNews) await takeUp(id, reading?.history);
      else if (reading !== undefined && deps.clock.now() - reading.checkedAt >= judgeAfterMs) deps.watch.judge(id);
      const hadFailed = entry.failures > 0;
      Object.assign(entry, { failures: 0, notBefore: 0, fault: undefined });
      if (hadFailed) deps.onFault();
    } catch (error) {
      if (signal.aborted || isFailure(error, 'cancelled')) return;
      deps.failures.record(error);
      entry.failures++;
      const now = deps.clock.now();
      // Half an interval less: a timer is never exact, and the look that it is for is to be taken.
      entry.notBefore = now + (Math.min(2 ** entry.failures, mostPatience) - 0.5) * intervalMs();
      entry.fault = { name, message: describeFailure(toFailure(error)).message, at: now };
      deps.onFault();
    }
  };

  const takeUp = async (id: string, before: ExportHistory | undefined): Promise<void> => {
    await deps.refresh(id);
    const health = await deps.watch.read(id);
    if (health?.failure !== undefined) throw health.failure;
    const after = health?.reading?.history;
    if (after === undefined || before === undefined) return;
    const newest = newestDelivered(after)?.dump;
    const previous = newestDelivered(before)?.dump;
    if (newest === undefined || (previous !== undefined && newest <= previous)) return;
    const dumps = told.get(id) ?? new Set();
    told.set(id, dumps);
    if (dumps.has(newest)) return;
    dumps.add(newest);
    deps.tell({ connectionId: id, dump: newest, ...(previous === undefined ? {} : { previous }) });
  };

  const lookAtAll = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const { signal } = abort;
    try {
      const open = deps.watch.all().filter(({ isReading }) => !isReading);
      for (const id of [...looked.keys()])
        if (!deps.watch.all().some(({ connectionId }) => connectionId === id)) looked.delete(id);
      for (const { connectionId, name } of open) if (!signal.aborted) await look(connectionId, name, signal);
    } finally {
      isLooking = false;
    }
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    abort.abort();
    abort = new AbortController();
  };
  resources.add({ dispose: stop });

  return {
    restart() {
      stop();
      looked.clear();
      const interval = intervalMs();
      if (interval > 0) timer = setInterval(() => void lookAtAll(), interval);
      deps.onFault();
    },
    faults: () => [...looked.values()].flatMap(({ fault }) => fault ?? []),
    dispose: () => resources.dispose(),
  };
}

/** Whether a manifest is there that the history does not know, or one was written again. Lists `manifests/`, and nothing else. */
async function hasNews(
  store: Pick<ObjectStore, 'list'>,
  history: ExportHistory | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const known = new Map<string, number | undefined>();
  for (const { manifest } of history?.dumps ?? [])
    if (manifest !== undefined) known.set(manifest.key, manifest.delivered);
  for (const { info } of history?.strays ?? []) known.set(info.key, info.modified);
  let pageToken: string | undefined;
  do {
    const request = { prefix: manifestsFolder, delimiter: '/' } as const;
    const page = await store.list({ ...request, ...(pageToken === undefined ? {} : { pageToken }) }, signal);
    for (const { key, modified } of page.objects)
      if (parseObjectKey(key).kind === 'manifest' && (!known.has(key) || known.get(key) !== modified)) return true;
    if (page.nextToken === pageToken) break;
    pageToken = page.nextToken;
  } while (pageToken !== undefined);
  return false;
}
