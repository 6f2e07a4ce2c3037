import { Agent, request } from 'undici';
import { RecordingServer } from '../testing/recording-server.js';
import { EgressConfig } from './egress.config.js';
import { EgressRefusedError, findEgressError } from './egress-errors.js';
import { type Resolve, guardedConnector } from './guarded-connector.js';

/** Only 127.0.0.1 counts as public here. */
const { policy } = new EgressConfig({
  DATABASE_URL: 'postgres://app@db/attune',
  EGRESS_ALLOW: '127.0.0.1/32',
});

/** A name whose owner answers each question of DNS with the next of these lists. */
function rebindingName(...answers: string[][]): { readonly resolve: Resolve; readonly questions: string[] } {
  const questions: string[] = [];
  const resolve: Resolve = (host, _options, callback) => {
    const addresses = answers[questions.push(host) - 1] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  };
  return { resolve, questions };
}

describe('guardedConnector', () => {
  let server: RecordingServer;

  beforeEach(async () => {
    server = await RecordingServer.start(undefined, '0.0.0.0');
  });
  afterEach(() => server.stop());

  /** One request over a connection of its own. */
  async function connectOnce(resolve: Resolve): Promise<unknown> {
    const dispatcher = new Agent({ connect: guardedConnector(policy, resolve) });
    try {
      const { body } = await request(`http://hooks.example:${server.port}/`, { dispatcher });
      return await body.text();
    } catch (error) {
      return findEgressError(error);
    } finally {
      await dispatcher.destroy();
    }
  }

  it('asks DNS once for a connection, so that a name cannot move between the check and the connection', async () => {
    const { resolve, questions } = rebindingName(['127.0.0.1'], ['127.0.0.2']);
    expect(await connectOnce(resolve)).toBe('reached');
    expect(questions).toEqual(['hooks.example']);
  });

  it('refuses a name that moves to a private address after the first connection', async () => {
    const { resolve } = rebindingName(['127.0.0.1'], ['127.0.0.2']);
    expect(await connectOnce(resolve)).toBe('reached');
    expect(await connectOnce(resolve)).toBeInstanceOf(EgressRefusedError);
    expect(server.requests).toEqual(['GET /']);
  });

  it('never connects to the private one of several addresses', async () => {
    const { resolve } = rebindingName(['127.0.0.2', '169.254.169.254', '127.0.0.1']);
    expect(await connectOnce(resolve)).toBe('reached');
    expect(await connectOnce(rebindingName(['127.0.0.2', '10.0.0.1']).resolve)).toBeInstanceOf(
      EgressRefusedError,
    );
    expect(server.requests).toEqual(['GET /']);
  });
});
