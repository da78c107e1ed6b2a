import { describe, expect, it } from 'vitest';
import type { RowsProgress } from '../../../src/protocol/rows';
import { stoppedBanner } from '../../../webview/rows/partBanners';
import { createFormats } from '../../../webview/ui/format';

const progress: RowsProgress = {
  state: 'failed',
  rows: 12_004,
  blocks: 90,
  bytesScanned: 1_500_000,
  totalBytes: 26_000_000,
  bytesRead: 1_600_000,
  requests: 2,
  damage: [],
  parts: 1,
  partsComplete: 0,
};

describe('the banner of a reading that stopped', () => {
  it('says where, that the rows stay, and why in the words of the host', () => {
    const stopped = {
      message: 'The session for profile "analytics" has expired.',
      hint: 'Sign in again.',
      actions: [],
    };
    let retries = 0;
    const banner = stoppedBanner({ ...progress, stopped }, createFormats('en', 'UTC'), () => retries++);
    expect(banner?.text).toBe(
      'Reading stopped at byte 1,500,000 of 26,000,000. The rows up to there are shown. The session for profile "analytics" has expired. Sign in again.',
    );
    banner?.actions[0]?.onClick();
    expect(retries).toBe(1);
  });

  it('is not there while reading goes on, or when it is done', () => {
    for (const state of ['reading', 'paused', 'complete'] as const) {
      expect(stoppedBanner({ ...progress, state }, createFormats('en', 'UTC'), () => undefined)).toBeUndefined();
    }
  });
});
