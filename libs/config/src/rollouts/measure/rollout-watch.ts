import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Database } from '#database';
import { Clock } from '#kernel';
import { RunningRollouts } from '../running-rollouts.js';
import { GuardrailCheck } from './guardrail-check.js';
import { RolloutObservations } from './rollout-observations.js';

const everyMs = 1_000;
/** Silence is noticed by looking, not by what comes in. */
const roundsBetweenLooks = 10;
/** For so long measurements may be held back by a failing database before a replica gives up its treatments. */
const longestBlindMs = 60_000;

/**
 * Writes down every second what was measured, and checks the guardrails after it. A replica that cannot write for a minute gives
 * nobody a treatment any more, since nobody would notice the harm; when it can again, the rollouts that were to be watched stop.
 */
@Injectable()
export class RolloutWatch
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('rollouts');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isBusy = false;
  private rounds = 0;
  private blindSince: number | null = null;

  constructor(
    private readonly observations: RolloutObservations,
    private readonly guardrails: GuardrailCheck,
    private readonly rollouts: RunningRollouts,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  /** A replica that never saw the database has measured nothing: that is no blindness. */
  onApplicationBootstrap(): Promise<void> {
    return this.database.whenUp(async () => {
      this.timer = setInterval(() => this.begin(), everyMs).unref();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Requests under way have ended: these are the last measurements. */
  async onApplicationShutdown(): Promise<void> {
    await this.observations.flush().catch((error: unknown) => this.noteFailure(error));
  }

  /** One round; never rejects. */
  async watch(): Promise<void> {
    try {
      const hasNews = await this.observations.flush();
      this.rounds += 1;
      if (this.blindSince !== null) await this.seeAgain(this.blindSince);
      else if (hasNews || this.rounds % roundsBetweenLooks === 0) await this.guardrails.check();
    } catch (error) {
      this.noteFailure(error);
    }
  }

  private begin(): void {
    if (this.isBusy) return;
    this.isBusy = true;
    this.running = this.watch().finally(() => (this.isBusy = false));
  }

  private noteFailure(error: unknown): void {
    this.logger.debug({ err: error }, 'measurements of rollouts wait to be written');
    this.blindSince ??= this.clock.now();
    if (this.clock.now() - this.blindSince >= longestBlindMs) this.rollouts.suspend();
  }

  private async seeAgain(since: number): Promise<void> {
    const seconds = Math.round((this.clock.now() - since) / 1_000);
    if (seconds * 1_000 < longestBlindMs) await this.guardrails.check();
    else
      await this.guardrails.stopWatched(
        `No data: for ${seconds} seconds a replica could not write down its measurements, so nobody watched the guardrails.`,
      );
    this.blindSince = null;
    this.rollouts.resume();
  }
}
