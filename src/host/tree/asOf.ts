import { EventEmitter, type Event, type Memento } from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { parseDumpId, type DumpId } from '../../core/dumpId';

const mementoKey = 'dataConnect.asOf';

/** As of which dump the sidebar shows a connection: kept for the workspace. */
export interface AsOf extends Disposable {
  /** Fires with the connection's id. */
  readonly onDidChange: Event<string>;
  /** `undefined`: the newest, whichever that is. */
  of(connectionId: string): DumpId | undefined;
  set(connectionId: string, dump: DumpId | undefined): Promise<void>;
}

export function createAsOf(memento: Memento): AsOf {
  const resources = new DisposableStore();
  const changed = resources.add(new EventEmitter<string>());
  const readAll = (): ReadonlyMap<string, string> => {
    const value: unknown = memento.get(mementoKey);
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  };
  const of = (id: string): DumpId | undefined => parseDumpId(readAll().get(id) ?? '');
  return {
    onDidChange: changed.event,
    of,
    async set(id, dump) {
      if (of(id) === dump) return;
      const all = new Map(readAll());
      if (dump === undefined) all.delete(id);
      else all.set(id, dump.toString());
      await memento.update(mementoKey, Object.fromEntries(all));
      changed.fire(id);
    },
    dispose: () => resources.dispose(),
  };
}
