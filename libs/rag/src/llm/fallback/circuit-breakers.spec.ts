import { Metrics } from '#telemetry';
import { aClaude, aModel } from '../../../testing/llm/llm-builders.js';
import { type FailureKind, UpstreamFailure } from '../../upstream/upstream-failure.js';
import { CircuitBreakers } from './circuit-breakers.js';

const gpt = aModel();
const serverError = new UpstreamFailure('server_error', 'It is down');
const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let metrics: Metrics;
let breakers: CircuitBreakers;
let now: number;
let clock: jest.SpyInstance;

beforeEach(() => {
  now = Date.now();
  clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
  metrics = new Metrics();
  breakers = new CircuitBreakers(metrics);
});
afterEach(() => clock.mockRestore());

async function failTimes(times: number, failure = serverError): Promise<void> {
  for (let call = 0; call < times; call += 1) {
    breakers.admit(gpt).failed(failure);
    await nextTick();
  }
}

function isOpen(model = gpt): boolean {
  try {
    breakers.admit(model).ignored();
    return false;
  } catch (error) {
    return error instanceof UpstreamFailure && error.kind === 'circuit_open';
  }
}

async function stateOf(model: string): Promise<string | undefined> {
  const text = await metrics.toPrometheusText();
  return new RegExp(`llm_circuit_state\\{provider="\\w+",model="${model}"\\} (\\d)`).exec(text)?.[1];
}

describe('CircuitBreakers', () => {
  it('opens the circuit of a model after five failures, and of no other model', async () => {
    await failTimes(4);
    expect(isOpen()).toBe(false);
    await failTimes(1);
    expect(isOpen()).toBe(true);
    expect(isOpen(aModel({ id: 'gpt-4o' }))).toBe(false);
    expect(isOpen(aModel({ base_url: 'http://elsewhere.example/v1' }))).toBe(false);
    expect(isOpen(aClaude())).toBe(false);
    expect(await stateOf('gpt-4o')).toBe('0');
  });

  it('opens the circuit when more than half of the last calls failed', async () => {
    for (let call = 0; call < 20; call += 1) breakers.admit(gpt).answered();
    await nextTick();
    await failTimes(10);
    expect(isOpen()).toBe(false);
    await failTimes(1);
    expect(isOpen()).toBe(true);
    expect(await stateOf('gpt-4')).toBe('2');
  });

  it.each<FailureKind>(['authentication', 'unknown_model', 'invalid_request', 'cancelled'])(
    'does not open the circuit for failures of kind %s',
    async (kind) => {
      await failTimes(30, new UpstreamFailure(kind, 'It refused'));
      expect(isOpen()).toBe(false);
    },
  );

  it('does not count a call that was ignored', async () => {
    await failTimes(4);
    for (let call = 0; call < 30; call += 1) breakers.admit(gpt).ignored();
    await nextTick();
    await failTimes(1);
    expect(isOpen()).toBe(true);
  });

  it('admits one trial call after 5 s, and closes the circuit when it is answered', async () => {
    await failTimes(5);
    now += 5_000;
    const trialCall = breakers.admit(gpt);
    expect(await stateOf('gpt-4')).toBe('1');
    expect(isOpen()).toBe(true);
    trialCall.answered();
    await nextTick();
    expect(isOpen()).toBe(false);
    expect(await stateOf('gpt-4')).toBe('0');
  });

  it('waits twice as long after each failed trial call, at most a minute', async () => {
    await failTimes(5);
    for (const pauseMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      now += pauseMs - 1;
      expect(isOpen()).toBe(true);
      now += 1;
      await failTimes(1);
      expect(isOpen()).toBe(true);
    }
  });

  it('keeps the circuit open when the trial call was ignored', async () => {
    await failTimes(5);
    now += 5_000;
    breakers.admit(gpt).ignored();
    await nextTick();
    expect(isOpen()).toBe(true);
  });

  it('closes the circuit when the trial call was refused as invalid, because the service is up', async () => {
    await failTimes(5);
    now += 5_000;
    await failTimes(1, new UpstreamFailure('invalid_request', 'It refused'));
    expect(isOpen()).toBe(false);
  });
});
