import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { ConflictError, type Fault, InvalidInputError, NotFoundError } from '#kernel';
import type { Principal } from '#tenancy';
import { type Commons, Fleet, layersOfClass } from '../fleet/fleet.service.js';
import type { SomeSettings } from '../settings/tenant-settings.js';
import type { Arm } from './arm.js';
import { ObservationRepository } from './measure/observation.repository.js';
import type { Tally } from './measure/tally.js';
import type { Rollout, RunningRollout } from './rollout.js';
import { changesFaults, faultsInChanges } from './rollout-faults.js';
import { type NewRollout, RolloutRepository } from './rollout.repository.js';
import { PromoteRollout } from './promote/promote-rollout.service.js';
import { canMeet } from './selectors-meet.js';
import { faultsUnder } from './standing.js';
import { type Survey, type TenantCounts, countsOf, surveyOf } from './survey.js';

export type RolloutOrder = Omit<NewRollout, 'created_by' | 'changes'> & {
  readonly changes: Readonly<Record<string, unknown>>;
};

/** A rollout with what was measured in its current or last step. */
export interface ShownRollout {
  readonly rollout: Rollout;
  readonly tallies: Readonly<Record<Arm, Tally>>;
}

export interface ShownRolloutWithTenants extends ShownRollout {
  readonly tenants: TenantCounts;
}

export const isRolloutId = (id: string): boolean => /^[a-z0-9]{8,32}$/.test(id);
/** Every replica looks through all of them for each tenant it compiles. */
const mostRunning = 100;

/** Starts, raises, shows and aborts rollouts (SPEC §5.4). */
@Injectable()
export class Rollouts {
  constructor(
    private readonly database: Database,
    private readonly repository: RolloutRepository,
    private readonly observations: ObservationRepository,
    private readonly fleet: Fleet,
    private readonly promotions: PromoteRollout,
  ) {}

  /**
   * @throws InvalidInputError with every fault; also when the changes would be valid for none of the tenants.
   * @throws ConflictError while another rollout runs that can mean the same tenants: no tenant is ever in two.
   */
  async start(order: RolloutOrder, author: Principal): Promise<ShownRolloutWithTenants> {
    const faults = [...(await this.fleet.faults(order.selector)), ...changesFaults(order)];
    if (faults.length > 0) throw new InvalidInputError(faults);
    const { changes, percentage } = order;
    const rollout = {
      ...order,
      changes: changes as SomeSettings,
      percentage: toHundredth(percentage),
      created_by: author.actor,
    };
    const unfit = await this.faultsForAll(rollout);
    if (unfit.length > 0) throw new InvalidInputError(unfit);
    const work = async (): Promise<Rollout> => {
      refuseMeeting(await this.repository.lockRunning(), rollout);
      return this.repository.insert(rollout);
    };
    return this.shown(await this.database.asPlatform(allTenants, work, author));
  }

  /**
   * The next step. Whoever has the treatment keeps it when the percentage is raised.
   *
   * @throws NotFoundError · ConflictError when it does not run any more
   */
  async step(id: string, percentage: number, author: Principal): Promise<ShownRolloutWithTenants> {
    const rounded = toHundredth(percentage);
    const work = () => this.repository.step(known(id), rounded);
    const rollout = await this.database.asPlatform(allTenants, work, author);
    return this.shown(rollout ?? (await this.refuseFinished(id)));
  }

  /** Everybody is back on their own settings at once. @throws as `step` */
  async abort(id: string, author: Principal): Promise<ShownRolloutWithTenants> {
    const work = () => this.repository.abort(known(id));
    const rollout = await this.database.asPlatform(allTenants, work, author);
    return this.shown(rollout ?? (await this.refuseFinished(id)));
  }

  /** Its changes become the tenants' own settings. @throws as `step` */
  async promote(id: string, author: Principal): Promise<ShownRolloutWithTenants> {
    const rollout = await this.promotions.promote(known(id), author);
    return this.shown(rollout ?? (await this.refuseFinished(id)));
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<ShownRolloutWithTenants> {
    return this.shown(await this.find(id));
  }

  /** Newest first, at most `limit`; `before` holds time and id of the last one shown. */
  list(limit: number, before: readonly string[] | null): Promise<ShownRollout[]> {
    return this.database.readAsPlatform(allTenants, async () => {
      const rollouts = await this.repository.list(limit, before);
      const tallies = await this.observations.ofLastSteps(rollouts.map(({ id }) => id));
      return rollouts.map((rollout) => ({ rollout, tallies: tallies.get(rollout.id)! }));
    });
  }

  /** @throws NotFoundError for an unknown one, else ConflictError */
  private async refuseFinished(id: string): Promise<never> {
    const { state } = await this.find(id);
    throw new ConflictError(`The rollout is ${state}: only a running one can be changed.`, { state });
  }

  private async find(id: string): Promise<Rollout> {
    const work = () => this.repository.find(known(id));
    const found = await this.database.readAsPlatform(allTenants, work);
    return found ?? unknown();
  }

  private async shown(rollout: Rollout): Promise<ShownRolloutWithTenants> {
    const { survey } = await this.surveyed(rollout);
    const tenants = countsOf(rollout, survey);
    const work = () => this.observations.ofLastSteps([rollout.id]);
    const tallies = await this.database.readAsPlatform(allTenants, work);
    return { rollout, tallies: tallies.get(rollout.id)!, tenants };
  }

  /** What is wrong with the changes for the first tenant, where they are right for nobody. */
  private async faultsForAll(rollout: Pick<RunningRollout, 'selector' | 'changes'>): Promise<Fault[]> {
    const { survey, commons } = await this.surveyed(rollout);
    const [first] = survey.invalid;
    if (survey.eligible.length > 0 || first === undefined) return [];
    return faultsInChanges(faultsUnder(rollout.changes, layersOfClass(first, commons)));
  }

  /** The commons are read last, so that they hold every plan that a tenant is on. */
  private async surveyed(
    rollout: Pick<RunningRollout, 'selector' | 'changes'>,
  ): Promise<{ survey: Survey; commons: Commons }> {
    const classes = await this.fleet.classes(rollout.selector);
    const commons = await this.fleet.commons();
    return { survey: await surveyOf(rollout, classes, commons), commons };
  }
}

function refuseMeeting(
  running: readonly RunningRollout[],
  { selector }: Pick<RunningRollout, 'selector'>,
): void {
  if (running.length >= mostRunning)
    throw new ConflictError(`At most ${mostRunning} rollouts run at a time: promote or abort one.`);
  const rollouts = running.filter((other) => canMeet(selector, other.selector)).map(({ id }) => id);
  if (rollouts.length === 0) return;
  const message =
    'A tenant takes part in one rollout at a time, and others run that can mean the same tenants: end them first, or narrow the selector.';
  throw new ConflictError(message, { rollouts });
}

function toHundredth(percentage: number): number {
  return Math.round(percentage * 100) / 100;
}

function known(id: string): string {
  return isRolloutId(id) ? id : unknown();
}

function unknown(): never {
  throw new NotFoundError('There is no such rollout.');
}
