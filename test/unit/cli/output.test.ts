import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput, escapeControls, oneLine, OutputError } from '../../../src/cli/output';

describe('output', () => {
  it('waits until the reader has taken what was written', async () => {
    const taken: (() => void)[] = [];
    const slow = new Writable({ write: (_chunk, _encoding, done) => taken.push(done) });
    const output = createOutput(slow);
    let isWritten = false;
    const writing = output.write('a').then(() => (isWritten = true));
    await new Promise(setImmediate);
    expect(isWritten).toBe(false);
    taken[0]?.();
    await writing;
    expect(isWritten).toBe(true);
  });

  it('takes a reader that has gone for the end, and any other fault for a fault', async () => {
    const failing = (code: string): Writable =>
      new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
    const closed = createOutput(failing('EPIPE'));
    await closed.write('a');
    expect(closed.isClosed).toBe(true);
    await closed.write('b');
    const full = createOutput(failing('ENOSPC'));
    await expect(full.write('a')).rejects.toThrow('ENOSPC');
    await expect(full.write('a')).rejects.toThrow(OutputError);
    expect(full.isClosed).toBe(false);
    await expect(full.write('b')).rejects.toThrow();
  });

  it('spells out what would steer a terminal', () => {
    expect(escapeControls('a\u001b[31m\u009bz\u202e\u2067')).toBe('a\\u001b[31m\\u009bz\\u202e\\u2067');
    expect(oneLine(' two\r\n  lines\tx \n')).toBe('two lines\\u0009x');
    expect(escapeControls('Zürich ⛺ 👩‍👧')).toBe('Zürich ⛺ 👩‍👧');
  });
});
