/** Finds the programs that tests and benchmarks run, or installs them where the system lets us. */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const debianPostgres = '/usr/lib/postgresql';
const oldestPostgres = 15;

/** Where administrators' programs are, which not everybody has on PATH. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin'];

/** The first one draws without a window, which takes a fifth less CPU. */
const browsers = ['chromium-headless-shell', 'chromium'];

/** What each is called by Debian and Ubuntu. */
const packages = {
  postgres: 'postgresql',
  redis: 'redis-server',
  nginx: 'nginx',
  openssl: 'openssl',
  wrk: 'wrk',
  promtool: 'prometheus',
  amtool: 'prometheus-alertmanager',
  pgbouncer: 'pgbouncer',
  unzip: 'unzip',
  chromium: 'chromium-headless-shell',
};

/**
 * Folders that hold the programs: `{ postgres, redis, nginx, openssl, wrk, promtool, amtool, pgbouncer, unzip, chromium }`, each a folder, or
 * null for what is not needed.
 *
 * @throws when a program is neither there nor installable; the message says what is missing and how to give it.
 */
export function findPrograms(needed) {
  const found = search(needed);
  const lacking = missing(needed, found);
  if (lacking.length === 0 || !installWithApt(lacking)) return complete(needed, found);
  return complete(needed, search(needed));
}

/** Where each program is, for those that are not just on the PATH under their name. */
const searches = {
  postgres: () => postgresFolder(),
  redis: () => folderWith(searchPath(), ['redis-server']),
  nginx: () => folderWith([...searchPath(), ...systemFolders], ['nginx']),
  pgbouncer: () => folderWith([...searchPath(), ...systemFolders], ['pgbouncer']),
  chromium: () => folderWithOneOf(browsers),
};

export function findChromium() {
  if (process.env.TEST_CHROMIUM) return process.env.TEST_CHROMIUM;
  const folder = findPrograms({ chromium: true }).chromium;
  return browsers.map((name) => join(folder, name)).find(isProgram);
}

function search(needed) {
  return Object.fromEntries(Object.keys(packages).map((name) => [name, needed[name] ? find(name) : null]));
}

function find(name) {
  const findSpecial = searches[name];
  return findSpecial ? findSpecial() : folderWith(searchPath(), [name]);
}

function missing(needed, found) {
  return Object.keys(needed).filter((name) => needed[name] && found[name] === null);
}

function complete(needed, found) {
  const lacking = missing(needed, found);
  if (lacking.length === 0) return found;
  const ways = {
    postgres: `Postgres ${oldestPostgres} or newer (initdb and postgres on PATH, or TEST_DATABASE_URL=postgres://superuser:password@host/postgres)`,
    redis: 'Redis (redis-server on PATH, or TEST_REDIS_URL=redis://host:6379)',
    nginx: 'nginx (on PATH)',
    openssl: 'openssl (on PATH)',
    wrk: 'wrk (on PATH)',
    promtool: 'promtool of Prometheus 2.42 or newer (on PATH)',
    amtool: 'amtool of Alertmanager 0.25 or newer (on PATH)',
    pgbouncer: 'PgBouncer (pgbouncer on PATH)',
    unzip: 'unzip (on PATH)',
    chromium:
      'Chromium (chromium-headless-shell or chromium on PATH, or TEST_CHROMIUM=the path of a Chromium or Chrome)',
  };
  throw new Error(
    `This needs ${lacking.map((name) => ways[name]).join(' and ')}. ` +
      `On Debian and Ubuntu: apt-get install ${packagesOf(lacking)}. On macOS: brew install postgresql redis nginx openssl wrk prometheus alertmanager pgbouncer; brew install --cask chromium.`,
  );
}

function packagesOf(names) {
  return names.map((name) => packages[name]).join(' ');
}

function postgresFolder() {
  return folderWith([...searchPath(), ...debianFolders()].filter(isNewEnough), ['initdb', 'postgres']);
}

function debianFolders() {
  try {
    const newestFirst = readdirSync(debianPostgres).toSorted((a, b) => Number(b) - Number(a));
    return newestFirst.map((version) => join(debianPostgres, version, 'bin'));
  } catch {
    return [];
  }
}

function isNewEnough(folder) {
  if (!isProgram(join(folder, 'postgres'))) return false;
  const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)/.exec(version)?.[1]) >= oldestPostgres;
}

function searchPath() {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean);
}

function folderWith(folders, programs) {
  return folders.find((folder) => programs.every((program) => isProgram(join(folder, program)))) ?? null;
}

function folderWithOneOf(programs) {
  return programs.map((program) => folderWith(searchPath(), [program])).find(Boolean) ?? null;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Debian's packages start their services on install; a policy that says no keeps this machine as it was. One installation
 * at a time: the next one would find that policy and not put one of its own.
 */
const installation = `set -e
exec 9< /etc/apt
flock 9
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
`;

function installWithApt(names) {
  if (spawnSync('apt-get', ['--version']).status !== 0) return false;
  const shell = ['sh', '-c', installation, 'install', ...packagesOf(names).split(' ')];
  const [command, ...args] = process.getuid?.() === 0 ? shell : ['sudo', '-n', ...shell];
  process.stderr.write(`Installing ${packagesOf(names)} (apt-get) …\n`);
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
