import { createRequire } from 'node:module';
import path from 'node:path';
import type { StoreBundle } from '../store/types';
import type * as sampleBundle from '../sample/main';

/**
 * The bundles that are loaded when first needed, not at activation: the AWS SDK alone costs more than the whole
 * activation may. All lie beside this one in `dist/`.
 */
const load = (file: string): unknown => createRequire(__filename)(bundlePath(file));

export function bundlePath(file: string): string {
  return path.join(__dirname, file);
}

export function loadStoreBundle(): StoreBundle {
  return load('store.js') as StoreBundle;
}

export function loadSampleBundle(): typeof sampleBundle {
  return load('sample.js') as typeof sampleBundle;
}
