import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/failure';
import type { ObjectRead, ObjectStore } from '../../../src/core/ports';
import { createSessionReader } from '../../../src/host/connections/sessionReader';
import type { BucketSession, Sessions } from '../../../src/host/connections/sessions';

/** A store that answers one letter, or fails. */
const answering = (answer: string | Failure): Pick<ObjectStore, 'read'> => ({
  read: () =>
    answer instanceof Failure
      ? Promise.reject(answer)
      : Promise.resolve({ bytes: new TextEncoder().encode(answer), totalBytes: 1, etag: 'e' } as ObjectRead),
});

/** Sessions whose store changes with each `get`, the last staying. */
function sessionsOf(...stores: (Pick<ObjectStore, 'read'> | Failure)[]): Pick<Sessions, 'get'> {
  return {
    get: () => {
      const store = stores.length > 1 ? stores.shift() : stores[0];
      return store instanceof Failure ? Promise.reject(store) : Promise.resolve({ store } as BucketSession);
    },
  };
}

const closed = (): Pick<ObjectStore, 'read'> => answering(new Failure('cancelled'));
const textOf = ({ bytes }: ObjectRead): string => new TextDecoder().decode(bytes);

describe('reading through a connection', () => {
  it('goes on with the new session when the connection is edited in the middle of a read', async () => {
    const reader = createSessionReader(sessionsOf(closed(), answering('b')), 'acme');
    expect(textOf(await reader.read('key'))).toBe('b');
  });

  it('says that the connection is gone when it is removed in the middle of a read', async () => {
    const reader = createSessionReader(sessionsOf(closed(), new Failure('ref.noConnection')), 'acme');
    await expect(reader.read('key')).rejects.toMatchObject({ code: 'ref.noConnection' });
  });

  it('stays cancelled when the reader itself was', async () => {
    const abort = new AbortController();
    abort.abort();
    const reader = createSessionReader(sessionsOf(closed(), answering('b')), 'acme');
    await expect(reader.read('key', {}, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('does not try for ever with a session that is still the same', async () => {
    const reader = createSessionReader(sessionsOf(closed()), 'acme');
    await expect(reader.read('key')).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('passes other failures on as they are', async () => {
    const reader = createSessionReader(sessionsOf(answering(new Failure('store.expiredToken')), closed()), 'acme');
    await expect(reader.read('key')).rejects.toMatchObject({ code: 'store.expiredToken' });
  });
});
