import { randomBytes } from 'node:crypto';
import { ApiClient, waitFor } from '#testing';
import { peerProgram } from '../peers.js';
import { type RunningServer, startServer } from '../servers.js';

export interface Unleash extends RunningServer {
  /** The endpoint of browser clients; evaluates every toggle for the caller. */
  readonly path: string;
  readonly authorization: string;
}

const toggleCount = 50;
/** As many toggles as Attune has settings carry a value in a variant; the others are only on or off. */
const togglesWithValue = 16;
const environment = 'development';
/** Replaces the limit of 20,000 requests a minute, which the benchmark exceeds. */
const unlimited = String(1_000_000_000);

/** Starts unleash-server on its own database, with its request log on and telemetry off. */
export async function startUnleash(databaseUrl: string): Promise<Unleash> {
  const admin = `*:*.${randomBytes(24).toString('hex')}`;
  const authorization = `default:${environment}.${randomBytes(24).toString('hex')}`;
  const running = await startServer([peerProgram('unleash-server/dist/server.js')], {
    env: {
      NODE_ENV: 'production',
      HTTP_HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
      DATABASE_SSL: 'false',
      CHECK_VERSION: 'false',
      SEND_TELEMETRY: 'false',
      LOG_LEVEL: 'info',
      REQUEST_LOGGER_ENABLE: 'true',
      SDK_API_RATE_LIMIT_PER_MINUTE: unlimited,
      TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: unlimited,
      UNLEASH_SECRET: randomBytes(24).toString('hex'),
      INIT_ADMIN_API_TOKENS: admin,
      INIT_FRONTEND_API_TOKENS: authorization,
    },
    health: '/health',
  });
  const unleash = { ...running, path: '/api/frontend?userId=bench', authorization };
  try {
    await createToggles(new ApiClient(`${running.url}/`), admin);
    await waitUntilEvaluated(unleash);
    return unleash;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Every toggle is on for everyone, so that all of them are evaluated and returned. */
async function createToggles(api: ApiClient, admin: string): Promise<void> {
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await api.post(`/api/admin/projects/default/features${path}`, body, {
      authorization: admin,
    });
    if (answer.status >= 300)
      throw new Error(`${path} returned ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  for (let number = 1; number <= toggleCount; number += 1) {
    const name = `setting-${number}`;
    const inside = `/${name}/environments/${environment}`;
    await post('', { name, type: 'release' });
    await post(`${inside}/strategies`, rolloutStrategy(name, number <= togglesWithValue));
    await post(`${inside}/on`, {});
  }
}

function rolloutStrategy(name: string, hasValue: boolean): unknown {
  const variant = {
    name: 'value',
    weight: 1000,
    weightType: 'variable',
    stickiness: 'userId',
    payload: { type: 'string', value: `the value of ${name}` },
  };
  return {
    name: 'flexibleRollout',
    parameters: { rollout: '100', stickiness: 'userId', groupId: name },
    variants: hasValue ? [variant] : [],
  };
}

/** Changes by admins take effect with a delay. */
async function waitUntilEvaluated({ url, path, authorization }: Unleash): Promise<void> {
  const evaluated = async (): Promise<boolean> => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization } });
    const { toggles: evaluatedToggles } = (await answer.json()) as { toggles: unknown[] };
    return evaluatedToggles.length === toggleCount;
  };
  await waitFor(evaluated, { timeoutMs: 60_000, what: `unleash-server evaluates ${toggleCount} toggles` });
}
