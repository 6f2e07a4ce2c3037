import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeteringConfig } from '#metering';
import { parse } from 'yaml';
import { ApiConfig } from '../../apps/api/src/configuration/api.config.js';
import { serviceVariables } from './service-variables.js';

interface Service {
  readonly image: string;
  readonly command?: string[];
  readonly environment?: Record<string, string | null>;
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly healthcheck?: { readonly test?: string[]; readonly disable?: boolean };
}

const root = join(import.meta.dirname, '../..');
const readProjectFile = (path: string) => readFileSync(join(root, path), 'utf8');
const { services } = parse(readProjectFile('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
};
const nginx = readProjectFile('deploy/nginx.conf');
const { shutdownDrainMs } = new ApiConfig();
const { maxQueryMs, queryDeadlineMs } = new MeteringConfig();
/** Drains, ends the longest stream, closes: apps/api/src/shutdown.ts. */
const maxStopSeconds = (shutdownDrainMs + maxQueryMs + 20_000) / 1000;

const replicas = ['api-1', 'api-2', 'api-3'];

function secondsIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}

describe('docker-compose.yml', () => {
  it('runs three replicas that differ only in their name', () => {
    const [first, ...others] = replicas.map((name) => services[name]);
    expect(first?.environment).toHaveProperty('DATABASE_URL');
    for (const other of others) expect(other).toEqual(first);
  });

  it('migrates once before any replica starts, and only there as the owner', () => {
    const owners = Object.keys(services).filter(
      (name) => services[name]?.environment?.['MIGRATION_DATABASE_URL'],
    );
    expect(owners).toEqual(['migrate']);
    expect(services['api-1']?.depends_on?.['migrate']).toEqual({
      condition: 'service_completed_successfully',
    });
    expect(services['migrate']?.command).toEqual(['node', 'dist/apps/cli/src/main.js', 'migrate']);
  });

  it('has a health check for every service that keeps running', () => {
    const unchecked = Object.keys(services).filter((name) => !services[name]?.healthcheck?.test);
    expect(unchecked).toEqual(['migrate']);
    const commands = Object.values(services).flatMap((service) => service.healthcheck?.test ?? []);
    expect(commands.filter((part) => typeof part !== 'string')).toEqual([]);
  });

  it('passes every variable of the service to the replicas', () => {
    const ofTheCommand = ['ATTUNE_URL', 'ATTUNE_API_KEY', 'MIGRATION_DATABASE_URL'];
    const ofTheEmbeddedDatabase = ['DATA_DIR'];
    const passed = Object.keys(services['api-1']?.environment ?? {});
    const missing = serviceVariables.filter((name) => !passed.includes(name));
    expect(missing.filter((name) => ![...ofTheCommand, ...ofTheEmbeddedDatabase].includes(name))).toEqual([]);
    expect(services['api-1']).toHaveProperty('env_file', [{ path: 'attune.env', required: false }]);
  });

  it('waits only for services that exist', () => {
    const awaited = Object.values(services).flatMap((service) => Object.keys(service.depends_on ?? {}));
    expect(awaited.filter((name) => !services[name])).toEqual([]);
  });

  it('contains no secret, and .env.example names every variable that it reads', () => {
    const compose = readProjectFile('docker-compose.yml');
    const read = [...compose.matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '');
    const offered = [...readProjectFile('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(read.filter((name) => !offered.includes(name))).toEqual([]);
    const secrets = [...compose.matchAll(/\$\{(\w*(?:PASSWORD|KEY)\w*)(.*?)\}/g)];
    expect(secrets.filter(([, , otherwise]) => !otherwise?.startsWith(':?'))).toEqual([]);
    expect(compose).not.toMatch(/:\/\/[^/\s$]*:[^$\s]*@/);
  });
});

describe('deploy/chart', () => {
  it('takes every variable of the service: those that give rights as secrets, the others in config', () => {
    const { properties } = JSON.parse(readProjectFile('deploy/chart/values.schema.json')) as {
      properties: { config: { propertyNames: { anyOf: [{ enum: string[] }] } } };
    };
    const givesRights =
      /_(?:KEY|SECRET|TOKEN|PASSWORD|HEADERS)$|^(?:MIGRATION_)?DATABASE(?:_READ)?_URL$|^REDIS_URL$/;
    const setByTheChart = ['PORT', 'MANAGEMENT_PORT', 'DATA_DIR'];
    const ofTheCommand = ['ATTUNE_URL'];
    const wanted = serviceVariables.filter(
      (name) =>
        !givesRights.test(name) &&
        !name.startsWith('OTEL_') &&
        ![...setByTheChart, ...ofTheCommand].includes(name),
    );
    expect(properties.config.propertyNames.anyOf[0].enum.toSorted()).toEqual(wanted.toSorted());
  });
});

describe('a replica that stops', () => {
  it('answers for longer than nginx keeps an idle connection to it', () => {
    const idleSeconds = secondsIn(nginx, /keepalive_timeout (\d+)s;/);
    expect(idleSeconds).toBeGreaterThan(0);
    expect(shutdownDrainMs / 1000).toBeGreaterThan(idleSeconds);
  });

  it('has the same time to drain in the chart, after Kubernetes has taken it out', () => {
    const { config, preStopSeconds } = parse(readProjectFile('deploy/chart/values.yaml')) as {
      config: Record<string, number>;
      preStopSeconds: number;
    };
    expect(config).toMatchObject({
      SHUTDOWN_DRAIN_MS: shutdownDrainMs,
      QUERY_DEADLINE_MS: queryDeadlineMs,
      STREAM_DEADLINE_MS: maxQueryMs,
    });
    expect(preStopSeconds).toBeGreaterThan(0);
  });

  it('can end its last stream before compose or systemd kills it', () => {
    const compose = secondsIn(readProjectFile('docker-compose.yml'), /stop_grace_period: (\d+)s/);
    const systemd = secondsIn(readProjectFile('deploy/attune.service'), /^TimeoutStopSec=(\d+)$/m);
    expect(Math.min(compose, systemd)).toBeGreaterThan(maxStopSeconds);
  });
});

describe('nginx.conf', () => {
  it('spreads requests over all the replicas', () => {
    const upstreams = [...nginx.matchAll(/^\s*server (\S+):3000/gm)].map(([, name]) => name);
    expect(upstreams).toEqual(replicas);
  });

  it('waits for an answer for longer than a query may take', () => {
    expect(secondsIn(nginx, /proxy_read_timeout (\d+)s;/)).toBeGreaterThan(queryDeadlineMs / 1000);
  });

  it('sends no request again that may have changed something', () => {
    expect(nginx).toMatch(/^\s*proxy_next_upstream error timeout;$/m);
    expect(nginx).not.toMatch(/non_idempotent/);
  });

  it('passes nginx -t where nginx is installed', () => {
    if (spawnSync('nginx', ['-v']).status !== 0) return;
    const folder = mkdtempSync(join(tmpdir(), 'attune-nginx-'));
    const file = join(folder, 'nginx.conf');
    // Outside of compose the replicas have no names.
    writeFileSync(file, nginx.replaceAll(/api-\d:/g, '127.0.0.1:'));
    const args = ['-t', '-p', folder, '-c', file, '-g', `pid ${folder}/pid;`];
    const { status, stderr } = spawnSync('nginx', args, { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(status === 0 ? '' : stderr).toBe('');
  });
});
