import { Failure } from '../../core/failure';
import { createProgramRunner, type ProgramRunner } from './programRunner';
import type { Decoder, Decoders, StretchResult } from './scanProgram';

/** Decoders that work in the caller's own thread, one stretch after another, letting others in between: every `sliceMs`. */
export function createInlineDecoders(sliceMs?: number): Decoders {
  const open = new Set<Decoder>();
  return {
    width: 1,
    open(setup) {
      let isDisposed = false;
      let runner: Promise<ProgramRunner> | undefined;
      let last: Promise<unknown> = Promise.resolve();
      const decoder: Decoder = {
        run(stretch) {
          const turn = last.then(async (): Promise<StretchResult> => {
            if (isDisposed) throw new Failure('cancelled');
            runner ??= createProgramRunner(setup, sliceMs);
            const result = await (await runner).run(stretch, () => isDisposed);
            return { ...result, spent: stretch.bytes };
          });
          // A stretch that fails does not keep the next one from its turn.
          last = turn.catch(() => undefined);
          return turn;
        },
        dispose() {
          isDisposed = true;
          open.delete(decoder);
        },
      };
      open.add(decoder);
      return decoder;
    },
    dispose() {
      for (const decoder of open) decoder.dispose();
    },
  };
}
