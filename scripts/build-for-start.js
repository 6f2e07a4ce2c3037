/**
 * What `npm start` does first: it builds the product, unless the last build is newer than the sources. So a second start takes no time,
 * and does not remove the files of a service that runs.
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const sources = ['apps', 'libs', 'migrations', 'scripts', 'package.json', 'package-lock.json', '.swcrc'];

/** In milliseconds. A folder's time is that of the last file that was added or removed. */
function lastChangeIn(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== 'node_modules');
  return Math.max(stats.mtimeMs, ...names.map((name) => lastChangeIn(join(path, name))));
}

function isBuilt() {
  const complete = statSync(join(root, 'dist/complete'), { throwIfNoEntry: false });
  return complete !== undefined && sources.every((name) => lastChangeIn(join(root, name)) < complete.mtimeMs);
}

/** Exits as the build does. A dot each second shows that it goes on. */
function build() {
  process.stderr.write('Building Attune, which takes some seconds ');
  const dots = setInterval(() => process.stderr.write('.'), 1_000);
  const running = spawn('npm run --silent build', { cwd: root, stdio: 'inherit', shell: true });
  running.on('close', (code) => {
    clearInterval(dots);
    process.stderr.write('\n');
    process.exitCode = code ?? 1;
  });
}

if (!isBuilt()) build();
