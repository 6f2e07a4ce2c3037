import fc from 'fast-check';
import { CaseRunner, type Step } from '../../testing/case-runner.js';

/** What the service may do next; the runner leaves out what is impossible at that moment. */
const actions = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), isOwn: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tell' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), lag: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('goodbye' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('cut' as const), status: fc.constantFrom(undefined, 503, 429) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin' as const), lag: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(20_000) }) },
);
type Action = typeof actions extends fc.Arbitrary<infer A> ? A : never;

interface State {
  readonly version: number;
  readonly hash: number;
}

/**
 * A service with replicas that may be up to two changes behind. A change is a new version, or another state of the same version. Each
 * state has a number, and the only setting is that number, so that what the client serves can be placed in the history.
 */
class Service {
  readonly history: State[] = [{ version: 1, hash: 0 }];
  /** What the open stream said last, as an index of the history. */
  streamAt: number | null = null;
  private readonly loads: { readonly name: string; readonly at: number }[] = [];
  private loadCount = 0;

  constructor(private readonly runner: CaseRunner) {}

  get latest(): number {
    return this.history.length - 1;
  }

  act(action: Action): void {
    if (action.do === 'change') this.change(action.isOwn);
    else if (action.do === 'wait') this.run({ wait_ms: action.ms });
    else if (action.do === 'begin') this.begin(this.behind(action.lag));
    else if (action.do === 'end') this.end(action.fails);
    else this.actOnStream(action);
  }

  /** The network works, replicas are current, and enough time passes. */
  recover(): void {
    for (let round = 0; round < 200; round += 1) {
      this.open(this.latest);
      while (this.streamAt !== null && this.streamAt < this.latest) this.tell();
      if (this.runner.stream === 'open') this.run({ comment: true });
      if (this.runner.wantedLoads > 0) this.begin(this.latest);
      while (this.loads.length > 0) this.end(false);
      this.run({ wait_ms: 1_000 });
    }
  }

  private actOnStream(action: Action): void {
    if (action.do === 'tell') this.tell();
    if (action.do === 'open') this.open(this.behind(action.lag));
    if (action.do === 'goodbye' && this.runner.stream === 'open') this.run({ goodbye: { retry_ms: 100 } });
    if (action.do === 'cut') this.cut(action.status);
  }

  private run(step: Step): void {
    this.runner.run(step);
    if (this.runner.stream !== 'open') this.streamAt = null;
  }

  private change(isOwn: boolean): void {
    const { version, hash } = this.history.at(-1)!;
    this.history.push({ version: isOwn ? version + 1 : version, hash: hash + 1 });
  }

  private behind(lag: number): number {
    return Math.max(0, this.latest - lag);
  }

  private answer(at: number): { version: number; etag: string; settings: { max_tokens: number } } {
    const { version, hash } = this.history[at]!;
    return { version, etag: `${version}-${hash}`, settings: { max_tokens: at } };
  }

  private open(at: number): void {
    if (this.runner.stream !== 'opening') return;
    const known = this.runner.synchronizer.lastEventId;
    this.streamAt = at;
    this.run({ stream_opens: {} });
    this.run(known === this.answer(at).etag ? { comment: true } : { put: this.answer(at) });
  }

  private tell(): void {
    if (this.streamAt === null || this.streamAt === this.latest) return;
    this.streamAt += 1;
    this.run({ patch: this.answer(this.streamAt) });
  }

  private cut(status: number | undefined): void {
    if (this.runner.stream === 'closed') return;
    const headers = status === 429 ? { 'fetch-mode': 'polling' } : {};
    this.run({ stream_fails: status === undefined ? {} : { status, headers } });
  }

  private begin(at: number): void {
    if (this.runner.wantedLoads === 0) return;
    const name = `load ${(this.loadCount += 1)}`;
    this.loads.push({ name, at });
    this.run({ load_begins: name });
  }

  private end(fails: boolean): void {
    const load = this.loads.shift();
    if (load === undefined) return;
    this.run({
      load_ends: { load: load.name, ...(fails ? { reason: 'unreachable' } : this.answer(load.at)) },
    });
  }
}

function play(
  mode: 'stream' | 'poll',
  script: readonly Action[],
  afterEach: (runner: CaseRunner) => void,
): Service {
  const runner = new CaseRunner({ mode }, () => 0.5);
  const service = new Service(runner);
  runner.run({ start: true });
  for (const action of script) {
    service.act(action);
    afterEach(runner);
  }
  service.recover();
  afterEach(runner);
  return service;
}

const scripts = fc.array(actions, { minLength: 5, maxLength: 60 });
const modes = fc.constantFrom('stream' as const, 'poll' as const);
const heldBy = ({ synchronizer }: CaseRunner) => synchronizer.held?.configuration.version ?? 0;

describe('a client whose service changes, fails and is behind in any order', () => {
  it('the client never goes back to a lower version', () => {
    fc.assert(
      fc.property(modes, scripts, (mode, script) => {
        let highest = 0;
        play(mode, script, (runner) => {
          expect(heldBy(runner)).toBeGreaterThanOrEqual(highest);
          highest = heldBy(runner);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('the client has the service’s last state and is ready, once the network works', () => {
    fc.assert(
      fc.property(modes, scripts, (mode, script) => {
        let last: CaseRunner | undefined;
        const service = play(mode, script, (runner) => (last = runner));
        expect(last!.observed()).toMatchObject({ state: 'ready', settings: { max_tokens: service.latest } });
      }),
      { numRuns: 300 },
    );
  });

  it('the client always has a way on: a stream that is open or opening, a request under way, or a timer', () => {
    const hasWayOn = ({ stream, timers, wantedLoads, openLoads }: CaseRunner): boolean =>
      stream !== 'closed' || timers.size > 0 || wantedLoads > 0 || openLoads > 0;
    fc.assert(
      fc.property(modes, scripts, (mode, script) => {
        const waysOn: boolean[] = [];
        play(mode, script, (runner) => waysOn.push(hasWayOn(runner)));
        expect(waysOn).not.toContain(false);
      }),
      { numRuns: 300 },
    );
  });

  it('the client is ready only with a configuration that the service has confirmed', () => {
    fc.assert(
      fc.property(modes, scripts, (mode, script) => {
        play(mode, script, ({ synchronizer }) => {
          const isReady = synchronizer.machine.status === 'ready';
          expect(isReady && synchronizer.confirmedAtMs === null).toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('the client changes its state only from initializing, ready and stale to one another, and reports each change once', () => {
    fc.assert(
      fc.property(modes, scripts, (mode, script) => {
        let last: CaseRunner | undefined;
        play(mode, script, (runner) => (last = runner));
        let state = 'initializing';
        for (const { from, to, reason } of last!.statuses) {
          expect(from).toBe(state);
          expect(to).not.toBe(from);
          expect(to).not.toBe('initializing');
          expect(reason).not.toBe('');
          state = to;
        }
      }),
      { numRuns: 200 },
    );
  });
});
