/** What `npm run dev` starts again after every change: build, then run. */
import { execSync } from 'node:child_process';

execSync('npm run --silent build:unbundled', { stdio: 'inherit' });
await import('../dist/apps/api/src/main.js');
