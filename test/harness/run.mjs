import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { binaries, root } from './places.mjs';

/**
 * The environment of a child: our binaries (so Node 24) first on the path, and none of npm's own variables, which
 * would steer an npm that we start into this package.
 */
export function childEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD$|NODE_OPTIONS$|VSCODE_)/i.test(name),
  );
  const environment = Object.fromEntries(kept);
  const pathName = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  environment[pathName] = [binaries, environment[pathName]].filter(Boolean).join(path.delimiter);
  return { ...environment, ...extra };
}

const running = new Set();
let isEnding = false;

/** Ends every child that is still running, with the children it started itself. Called once at the end of a script. */
export function endChildren(signal = 'SIGTERM') {
  isEnding = true;
  for (const child of running) endTree(child, signal);
}

/** Ends a child that was started with `isGroup`, and all that it started. */
export function endTree(child, signal = 'SIGTERM') {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ctrl+C and a closed terminal end the children too: they are in groups of their own and would not hear of it. */
export function endChildrenOnSignals() {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.once(signal, () => {
      endChildren();
      process.exitCode = code;
      // Whoever does not go by then is not waited for.
      setTimeout(() => {
        endChildren('SIGKILL');
        process.exit(code);
      }, 5000).unref();
    });
  }
}

/**
 * Starts a program in a process group of its own, without input.
 * `log`: a file for what it prints; `isEchoed`: print it here as well.
 */
export async function start(command, args, { cwd = root, env = {}, log, isEchoed = false, onText } = {}) {
  if (isEnding) throw new Error('Ended.');
  const isWindows = process.platform === 'win32';
  const child = spawn(command, args, {
    cwd,
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !isWindows,
    // npm and code are .cmd files there, which only a shell starts.
    shell: isWindows && !/\.exe$/i.test(command),
  });
  running.add(child);
  let sink;
  if (log !== undefined) {
    await mkdir(path.dirname(log), { recursive: true });
    sink = createWriteStream(log, { flags: 'a' });
  }
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8');
    from.on('data', (text) => {
      sink?.write(text);
      if (isEchoed) to.write(text);
      onText?.(text);
    });
  }
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      sink?.end();
      resolve({ code: code ?? -1, signal });
    });
  });
  // A start that failed is told to whoever waits; nobody waiting is not a crash of ours.
  ended.catch(() => undefined);
  return { child, ended };
}

/** Runs a program to its end. Gives its exit code and what it printed (both streams, in order). Never throws for a code. */
export async function run(command, args, options = {}) {
  let output = '';
  const { child, ended } = await start(command, args, {
    ...options,
    onText: (text) => {
      output += text;
      options.onText?.(text);
    },
  });
  let timer;
  if (options.timeoutMs !== undefined) timer = setTimeout(() => endTree(child, 'SIGKILL'), options.timeoutMs);
  try {
    const { code, signal } = await ended;
    if (timer !== undefined && signal === 'SIGKILL')
      output += `\n${command} was ended after ${options.timeoutMs / 1000} s.`;
    return { code, output };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that must succeed; the error holds the end of what it printed. */
export async function runOrFail(command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code !== 0)
    throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${output.slice(-4000).trim()}`);
  return output;
}

/** True if a program of this name is on the path. */
export async function isOnPath(command) {
  const finder = process.platform === 'win32' ? ['where', [command]] : ['/bin/sh', ['-c', `command -v ${command}`]];
  return (await run(...finder)).code === 0;
}
