import type { DecoderSetup, Stretch, StretchResult } from '../avro/tasks/scanProgram';
import type { FailureData } from '../core/failure';

/** What a thread of this bundle is started as; the data worker itself is started without. */
export interface ThreadData {
  readonly role: 'decoder';
}

/** To a decoding thread. It answers stretches in the order in which it is given them. */
export type ToThread =
  /** `flag[0]` becomes 1 when the decoder is disposed of. */
  | {
      readonly kind: 'open';
      readonly decoder: number;
      readonly setup: DecoderSetup;
      readonly flag: Int32Array<SharedArrayBuffer>;
    }
  | { readonly kind: 'run'; readonly decoder: number; readonly stretch: Stretch }
  | { readonly kind: 'close'; readonly decoder: number };

/** From a decoding thread: what has become of the first stretch that it has not answered yet. */
export type FromThread =
  | { readonly kind: 'done'; readonly result: StretchResult }
  | { readonly kind: 'failed'; readonly failure: FailureData };
