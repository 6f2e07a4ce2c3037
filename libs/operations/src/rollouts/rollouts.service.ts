import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { ConflictError, type FieldError, InvalidInputError, NotFoundError, isObjectId } from '#kernel';
import type { Principal } from '#http';
import {
  type SharedInputs,
  TenantPopulationService,
  layersOfGroup,
} from '../population/tenant-population.service.js';
import { type PartialSettings, prefixFields } from '#settings';
import { type Arm, findErrorsUnderRollout, type RunningRollout } from '#config';
import { ObservationRepository } from './measurement/observation.repository.js';
import type { Tally } from './measurement/tally.js';
import { findRolloutChangeErrors } from './find-rollout-change-errors.js';
import { type NewRollout, RolloutRepository } from './rollout.repository.js';
import { PromotionService } from './promotion/promotion.service.js';
import { selectorsOverlap } from './selectors-overlap.js';
import type { Rollout } from './rollout.js';
import {
  type EligibilityReport,
  type EligibilityCounts,
  countTenants,
  createEligibilityReport,
} from './eligibility-report.js';

export type RolloutInput = Omit<NewRollout, 'created_by' | 'changes'> & {
  readonly changes: Readonly<Record<string, unknown>>;
};

/** A rollout with what was measured in its current or last step. */
export interface RolloutWithTallies {
  readonly rollout: Rollout;
  readonly tallies: Readonly<Record<Arm, Tally>>;
}

export interface RolloutDetails extends RolloutWithTallies {
  readonly tenants: EligibilityCounts;
}

/** Every replica looks through all of them for each tenant it compiles. */
const maxRunningRollouts = 100;

/** Starts, raises, shows and aborts rollouts (specification §5.4). */
@Injectable()
export class RolloutsService {
  constructor(
    private readonly database: Database,
    private readonly repository: RolloutRepository,
    private readonly observations: ObservationRepository,
    private readonly population: TenantPopulationService,
    private readonly promotions: PromotionService,
  ) {}

  /**
   * @throws InvalidInputError with every fault; also when the changes would be valid for none of the tenants.
   * @throws ConflictError while another rollout runs that can mean the same tenants: no tenant is ever in two.
   */
  async start(input: RolloutInput, author: Principal): Promise<RolloutDetails> {
    const errors = [
      ...(await this.population.findSelectorErrors(input.selector)),
      ...findRolloutChangeErrors(input),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
    const { changes, percentage } = input;
    const rollout = {
      ...input,
      changes: changes as PartialSettings,
      percentage: roundToHundredth(percentage),
      created_by: author.actor,
    };
    const ruleErrors = await this.findErrorsForAllTenants(rollout);
    if (ruleErrors.length > 0) throw new InvalidInputError(ruleErrors);
    const work = async (): Promise<Rollout> => {
      assertNoOverlap(await this.repository.lockRunning(), rollout);
      return this.repository.insert(rollout);
    };
    return this.toDetails(await this.database.asPlatform(allTenants, work, author));
  }

  /**
   * The next step. Whoever has the treatment keeps it when the percentage is raised.
   *
   * @throws NotFoundError · ConflictError when it does not run any more
   */
  async changePercentage(id: string, percentage: number, author: Principal): Promise<RolloutDetails> {
    const rounded = roundToHundredth(percentage);
    const work = () => this.repository.changePercentage(assertRolloutId(id), rounded);
    const rollout = await this.database.asPlatform(allTenants, work, author);
    return this.toDetails(rollout ?? (await this.throwNotRunning(id)));
  }

  /** Everybody is back on their own settings at once. @throws as `step` */
  async abort(id: string, author: Principal): Promise<RolloutDetails> {
    const work = () => this.repository.abort(assertRolloutId(id));
    const rollout = await this.database.asPlatform(allTenants, work, author);
    return this.toDetails(rollout ?? (await this.throwNotRunning(id)));
  }

  /** Its changes become the tenants' own settings. @throws as `step` */
  async promote(id: string, author: Principal): Promise<RolloutDetails> {
    const rollout = await this.promotions.promote(assertRolloutId(id), author);
    return this.toDetails(rollout ?? (await this.throwNotRunning(id)));
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<RolloutDetails> {
    return this.toDetails(await this.getStored(id));
  }

  /** Newest first, at most `limit`; `before` holds time and id of the last one shown. */
  list(limit: number, before: readonly string[] | null): Promise<RolloutWithTallies[]> {
    return this.database.readAsPlatform(allTenants, async () => {
      const rollouts = await this.repository.list(limit, before);
      const tallies = await this.observations.findTalliesOfLastSteps(rollouts.map(({ id }) => id));
      return rollouts.map((rollout) => ({ rollout, tallies: tallies.get(rollout.id)! }));
    });
  }

  /** @throws NotFoundError for an unknown one, else ConflictError */
  private async throwNotRunning(id: string): Promise<never> {
    const { state } = await this.getStored(id);
    throw new ConflictError(`The rollout is ${state}: only a running one can be changed.`, { state });
  }

  private async getStored(id: string): Promise<Rollout> {
    const work = () => this.repository.find(assertRolloutId(id));
    const found = await this.database.readAsPlatform(allTenants, work);
    return found ?? throwNotFound();
  }

  private async toDetails(rollout: Rollout): Promise<RolloutDetails> {
    const { report } = await this.createReport(rollout);
    const tenants = countTenants(rollout, report);
    const work = () => this.observations.findTalliesOfLastSteps([rollout.id]);
    const tallies = await this.database.readAsPlatform(allTenants, work);
    return { rollout, tallies: tallies.get(rollout.id)!, tenants };
  }

  /** What is wrong with the changes for the first tenant, where they are right for nobody. */
  private async findErrorsForAllTenants(
    rollout: Pick<RunningRollout, 'selector' | 'changes'>,
  ): Promise<FieldError[]> {
    const { report, sharedInputs } = await this.createReport(rollout);
    const [first] = report.invalid;
    if (report.eligible.length > 0 || first === undefined) return [];
    return prefixFields(
      'changes',
      findErrorsUnderRollout(rollout.changes, layersOfGroup(first, sharedInputs)),
    );
  }

  /** The commons are read last, so that they hold every plan that a tenant is on. */
  private async createReport(
    rollout: Pick<RunningRollout, 'selector' | 'changes'>,
  ): Promise<{ report: EligibilityReport; sharedInputs: SharedInputs }> {
    const groups = await this.population.findGroups(rollout.selector);
    const sharedInputs = await this.population.loadSharedInputs();
    return { report: await createEligibilityReport(rollout, groups, sharedInputs), sharedInputs };
  }
}

function assertNoOverlap(
  running: readonly RunningRollout[],
  { selector }: Pick<RunningRollout, 'selector'>,
): void {
  if (running.length >= maxRunningRollouts)
    throw new ConflictError(`At most ${maxRunningRollouts} rollouts run at a time: promote or abort one.`);
  const overlapping = running
    .filter((other) => selectorsOverlap(selector, other.selector))
    .map(({ id }) => id);
  if (overlapping.length === 0) return;
  const message =
    'A tenant takes part in one rollout at a time, and others run that can mean the same tenants: end them first, or narrow the selector.';
  throw new ConflictError(message, { rollouts: overlapping });
}

function roundToHundredth(percentage: number): number {
  return Math.round(percentage * 100) / 100;
}

function assertRolloutId(id: string): string {
  return isObjectId(id) ? id : throwNotFound();
}

function throwNotFound(): never {
  throw new NotFoundError('There is no such rollout.');
}
