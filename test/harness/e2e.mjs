// `npm run test:e2e`: packages the extension, installs the editor if need be, and runs the end-to-end tests.
// `--packaged`: dist/ and the VSIX are up to date. Everything else goes on to vitest: `npm run test:e2e -- sample`.
import path from 'node:path';
import process from 'node:process';
import { ensureCodeServer } from './codeServerInstall.mjs';
import { ensureDebianPackages } from './debian.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { build, packageExtension } from './packaging.mjs';
import { binaries, results } from './places.mjs';
import { endChildrenOnSignals, run } from './run.mjs';

const say = (line) => console.log(line);
const log = path.join(results, 'e2e-setup.log');

async function main() {
  const args = process.argv.slice(2);
  await ensureDependencies({ log, say });
  await ensureDebianPackages(['chromium'], { log, say });
  if (!args.includes('--packaged')) {
    say('Building and packaging the extension');
    await build({ log });
    await packageExtension({ log });
  }
  await ensureCodeServer({ log, say });
  const rest = args.filter((arg) => arg !== '--packaged');
  const vitest = ['run', '--config', 'test/vitest.config.mts', '--project', 'e2e', ...rest];
  const { code } = await run(path.join(binaries, 'vitest'), vitest, { isEchoed: true });
  process.exitCode = code;
}

endChildrenOnSignals();
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
