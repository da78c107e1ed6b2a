import { isFailure } from '../../core/failure';
import type { ObjectStore } from '../../core/ports';
import type { Sessions } from './sessions';

/**
 * Reads objects through whatever session the connection has at the time of each read. What is open outlives its
 * session: a connection that is edited, or signed in to anew, closes the store that a part was opened with, and the
 * part is to be read on with the new one. Rejects with `ref.noConnection` once the connection is gone.
 */
export function createSessionReader(
  sessions: Pick<Sessions, 'get'>,
  connectionId: string,
): Pick<ObjectStore, 'read'> {
  return {
    async read(key, request, signal) {
      for (;;) {
        const { store } = await sessions.get(connectionId);
        try {
          return await store.read(key, request, signal);
        } catch (error) {
          // A store that is closed cancels what it was doing. Nobody here asked for that: its successor does it.
          const isOurs = !isFailure(error, 'cancelled') || signal?.aborted === true;
          if (isOurs || (await sessions.get(connectionId)).store === store) throw error;
        }
      }
    },
  };
}
