import type { MessagePort } from 'node:worker_threads';
import { createProgramRunner, type ProgramRunner } from '../avro/tasks/programRunner';
import type { DecoderSetup, Stretch, StretchResult } from '../avro/tasks/scanProgram';
import { Failure, failureToData } from '../core/failure';
import type { FromThread, ToThread } from './decoderMessages';

interface OpenDecoder {
  readonly setup: DecoderSetup;
  readonly flag: Int32Array<SharedArrayBuffer>;
  /** Made with the first stretch: a program that cannot be run fails the stretch, not the thread. */
  runner?: Promise<ProgramRunner>;
  underWay?: Promise<unknown>;
}

/** Works on the stretches that come over the port, one after another, for as many setups as are open. */
export function runDecoderThread(port: MessagePort): void {
  const decoders = new Map<number, OpenDecoder>();

  const work = async (number: number, stretch: Stretch): Promise<StretchResult> => {
    const decoder = decoders.get(number);
    if (decoder === undefined) throw new Failure('cancelled');
    const isCancelled = (): boolean => Atomics.load(decoder.flag, 0) === 1;
    if (isCancelled()) throw new Failure('cancelled');
    decoder.runner ??= createProgramRunner(decoder.setup);
    const running = decoder.runner.then((runner) => runner.run(stretch, isCancelled));
    decoder.underWay = running;
    const result = await running;
    return { ...result, spent: stretch.bytes };
  };

  let last: Promise<void> = Promise.resolve();

  const close = (number: number): void => {
    const decoder = decoders.get(number);
    decoders.delete(number);
    const release = (): void => void decoder?.runner?.then((runner) => runner.release()).catch(() => undefined);
    void (decoder?.underWay ?? Promise.resolve()).then(release, release);
  };

  const answer = (message: FromThread, transfer: readonly ArrayBuffer[]): void =>
    port.postMessage(message, [...transfer]);

  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'open':
        decoders.set(message.decoder, { setup: message.setup, flag: message.flag });
        break;
      case 'close':
        close(message.decoder);
        break;
      case 'run':
        last = last
          .then(() => work(message.decoder, message.stretch))
          .then(
            (result) => {
              const moved = ownBuffers(result);
              answer({ kind: 'done', result: moved.result }, moved.buffers);
            },
            (error: unknown) => answer({ kind: 'failed', failure: failureToData(error) }, []),
          );
        break;
    }
  });
}

/** The result with each of its arrays in a buffer of its own, and those buffers: what shares one with others would take those along. */
function ownBuffers(result: StretchResult): { readonly result: StretchResult; readonly buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = [];
  const own = <T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
    view: T,
  ): T => {
    const whole = view.byteLength === view.buffer.byteLength ? view : (view.slice() as T);
    buffers.push(whole.buffer);
    return whole;
  };
  const { matches, text, cells, sortKeys, spent } = result;
  if (spent !== undefined) buffers.push(spent.buffer);
  return {
    result: {
      ...result,
      ...(matches === undefined ? {} : { matches: matches.map(own) }),
      ...(text === undefined ? {} : { text: own(text) }),
      ...(cells === undefined
        ? {}
        : { cells: { ...cells, text: own(cells.text), wide: own(cells.wide), ends: own(cells.ends) } }),
      ...(sortKeys === undefined ? {} : { sortKeys: { bytes: own(sortKeys.bytes), ends: own(sortKeys.ends) } }),
    },
    buffers,
  };
}
