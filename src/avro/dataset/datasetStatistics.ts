import type { StatisticsSnapshot } from '../../core/columnStatistics';
import { Failure, isFailure } from '../../core/failure';
import type { StatisticsOptions, StatisticsRequest } from './dataset';
import { sampleRows, scanParts } from './datasetScan';
import type { RowBits } from './rowBits';
import type { ViewRows, ViewWorld } from './rowsView';
import { createScanTracker } from './scanTracker';
import { createSketchMerger, describeSketch } from '../statistics/statisticsSketch';

/** Describing a sketch takes a while: not more often than this. */
const updateMs = 250;

/** Statistics of the rows of a view, or of all (`Dataset.statistics`). */
export async function computeStatistics(
  world: ViewWorld,
  view: ViewRows | undefined,
  { columns, where }: StatisticsRequest,
  options: StatisticsOptions,
): Promise<StatisticsSnapshot> {
  const { scope, onUpdate } = options;
  const tracker = createScanTracker(options);
  const signals = [world.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  const merger = createSketchMerger();
  let updated = performance.now();
  const described = (): StatisticsSnapshot['columns'] => {
    const sketch = merger.sketch();
    return sketch === undefined ? [] : describeSketch(sketch);
  };
  try {
    await view?.done;
    const selects = view !== undefined && !view.isWhole;
    const program = { ...(where === undefined ? {} : { where }), task: { kind: 'statistics', columns } } as const;
    await scanParts(
      world.list,
      {
        begin(slot, isReadable) {
          if (!isReadable) return { program: undefined };
          if (!selects) return { program };
          const selection: RowBits | undefined = view.matched.of(slot);
          return selection === undefined || selection.count === 0 ? { program: undefined } : { program, selection };
        },
        step(_, { result }) {
          tracker.matched += result.matched;
          const more = result.statistics;
          if (more === undefined) return;
          merger.add(more);
          if (onUpdate === undefined || performance.now() - updated < updateMs) return;
          onUpdate(described(), tracker.progress());
          updated = performance.now();
        },
      },
      {
        decoders: world.options.decoders,
        signal,
        tracker,
        ...(scope === 'sample' ? { limitRows: sampleRows } : {}),
      },
    );
    tracker.end();
    const last = described();
    onUpdate?.(last, tracker.progress());
    return { scope, state: 'complete', rows: tracker.matched, columns: last };
  } catch (error) {
    const reason = signal.aborted && !isFailure(error) ? new Failure('cancelled', {}, error) : error;
    tracker.end(reason);
    throw reason;
  }
}
