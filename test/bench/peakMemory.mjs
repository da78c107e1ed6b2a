// Loaded before a program (`node --import`): tells at its end, as the last line on stderr, the most memory that it has had.
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// Before its threads too, and they end first.
if (isMainThread) {
  process.on('exit', () => {
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    writeSync(2, `\n${JSON.stringify({ peakBytes })}\n`);
  });
}
