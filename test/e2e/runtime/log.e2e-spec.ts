import { waitFor } from '#testing';
import { useTestApp } from '../../app/test-app.js';

interface Line {
  readonly msg?: string;
  readonly route?: string;
  readonly status?: number;
  readonly replica: string;
  readonly version: string;
}

const app = useTestApp('tenant');

function lines(): Line[] {
  const output = app.replica.output().split('\n');
  return output.filter((line) => /^\{.*\}$/.test(line)).map((line) => JSON.parse(line) as Line);
}

describe('the log of a replica', () => {
  it('names the replica and its version in each line', async () => {
    await app.platform.get('/v1/platform/overview');
    await waitFor(() => lines().some(({ route }) => route === '/v1/platform/overview'));
    expect(lines().some(({ msg }) => msg !== undefined)).toBe(true);
    const origins = lines().map(({ replica, version }) => `${replica} ${version}`);
    expect(new Set(origins).size).toBe(1);
    expect(origins[0]).toMatch(/^\S+ \d+\.\d+\.\d+/);
  });

  it('has no line for the probes of a load balancer and the scrapes of Prometheus, but for those that are refused', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect((await app.platform.get(path)).status).toBe(200);
    await app.platform.as('wrong').get('/metrics');
    await app.platform.get('/v1/platform/plans');
    await waitFor(() => lines().some(({ route }) => route === '/v1/platform/plans'));
    const probes = lines().filter(({ route }) => /^\/(health|metrics)/.test(route ?? ''));
    expect(probes.filter(({ status }) => status === 200)).toEqual([]);
    expect(probes).toContainEqual(expect.objectContaining({ route: '/metrics', status: 401 }));
  });
});
