import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { results } from '../harness/places.mjs';

export const pictures = path.join(results, 'e2e');

/** Debian's Chromium, or the one that `CHROMIUM` names; silent on the network. */
export async function launchBrowser(): Promise<Browser> {
  await mkdir(pictures, { recursive: true });
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--force-color-profile=srgb',
    ],
  });
}
