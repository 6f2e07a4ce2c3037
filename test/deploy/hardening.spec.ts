import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const readProjectFile = (path: string): string => readFileSync(join(root, path), 'utf8');
const { version, dependencies } = JSON.parse(readProjectFile('package.json')) as {
  version: string;
  dependencies: Record<string, string>;
};

describe('deploy/Dockerfile', () => {
  const dockerfile = readProjectFile('deploy/Dockerfile');
  const image = dockerfile.split(/^FROM /m).at(-1)!;

  it('builds and runs on the version of Node.js that the product is tested with', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set([`node:${dependencies['node']}-slim`]));
  });

  it('names a user by number, whom Kubernetes can tell from root', () => {
    expect(image).toMatch(/^USER 1000:1000$/m);
  });

  it('asks for the signal that lets a replica drain', () => {
    expect(image).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });

  it('has the labels of the Open Container Initiative, with the version of the product', () => {
    const labels = [...image.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(labels).toEqual(['title', 'description', 'licenses', 'version', 'revision']);
    expect(image).toContain(`ARG VERSION=${version}\n`);
  });

  it('lists what it is made of', () => {
    expect(dockerfile).toMatch(/^RUN npm sbom --omit=dev .*> sbom\.json$/m);
  });

  it('keeps what npm downloaded for the next build, and out of the image', () => {
    const installs = dockerfile.match(/^RUN .*npm ci.*$/gm) ?? [];
    expect(installs).toHaveLength(2);
    for (const install of installs)
      expect(install).toContain('--mount=type=cache,target=/var/cache/npm npm ci --cache /var/cache/npm');
  });
});

describe('docker-compose.yml', () => {
  const { services } = parse(readProjectFile('docker-compose.yml'), { merge: true }) as {
    services: Record<string, Record<string, unknown>>;
  };

  it.each(['api-1', 'api-2', 'api-3', 'migrate'])(
    'lets %s write nowhere but in /tmp and its data, with no rights',
    (name) => {
      expect(services[name]).toMatchObject({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    },
  );

  it('starts monitoring only with its profile', () => {
    const withProfile = Object.keys(services).filter((name) => services[name]?.['profiles']);
    expect(withProfile).toEqual(['prometheus', 'alertmanager', 'grafana']);
  });

  it('points Prometheus to the management port of every replica', () => {
    const { scrape_configs: jobs } = parse(readProjectFile('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    const replicas = Object.keys(services).filter((name) => name.startsWith('api-'));
    const { MANAGEMENT_PORT: port } = services['api-1']!['environment'] as { MANAGEMENT_PORT: string };
    expect(targets).toEqual(replicas.map((name) => `${name}:${port}`));
  });
});

describe('deploy/attune.service', () => {
  const unit = readProjectFile('deploy/attune.service');

  /** Runs systemd-analyze on the unit, installed in this project's folder; null without systemd. */
  function analyze(...args: string[]): { status: number | null; output: string } | null {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) return null;
    const folder = mkdtempSync(join(tmpdir(), 'attune-unit-'));
    const file = join(folder, 'attune.service');
    writeFileSync(file, unit.replaceAll('/opt/attune', root));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    return { status, output: `${stdout}${stderr}` };
  }

  it('passes systemd-analyze verify without a word, where systemd is installed', () => {
    expect(analyze('verify') ?? { status: 0, output: '' }).toEqual({ status: 0, output: '' });
  });

  it('exposes little of the machine: at most 2.0 by systemd-analyze security', () => {
    const result = analyze('security', '--offline=true', '--threshold=20', '--no-pager');
    expect(result?.status ?? 0).toBe(0);
  });

  it('runs the service by the runtime that comes with it', () => {
    expect(unit).toMatch(
      /^ExecStart=\/opt\/attune\/node_modules\/\.bin\/node dist\/apps\/api\/src\/main\.js$/m,
    );
  });
});
