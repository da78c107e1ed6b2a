import { createRequire } from 'node:module';
import type * as sample from '../sample/main';
import type { StoreBundle } from '../store/types';

/** What lies beside `dist/cli.js` and is loaded when it is needed: the AWS SDK costs more than a whole run without it. */
interface Bundles {
  './store.js': StoreBundle;
  './sample.js': typeof sample;
  '../package.json': { readonly version: string };
}

export function loadBundle<Name extends keyof Bundles>(name: Name): Bundles[Name] {
  return createRequire(__filename)(name) as Bundles[Name];
}
