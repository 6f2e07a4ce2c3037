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

/** A new rollout. Its changes are not checked yet. */
export type RolloutInput = Omit<NewRollout, 'created_by' | 'changes'> & {
  readonly changes: Readonly<Record<string, unknown>>;
};

/** A rollout with the measurements of its current or last step. */
export interface RolloutWithTallies {
  readonly rollout: Rollout;
  readonly tallies: Readonly<Record<Arm, Tally>>;
}

/** A rollout with its measurements and the eligibility of its tenants. */
export interface RolloutDetails extends RolloutWithTallies {
  readonly tenants: EligibilityCounts;
}

/** Limited because every replica checks all running rollouts for each configuration that it compiles. */
const maxRunningRollouts = 100;

/** Starts, changes, promotes, aborts and shows rollouts (specification §5.4). */
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
   * Starts a rollout.
   *
   * @throws InvalidInputError with every error; also if the changes would be valid for none of the tenants.
   * @throws ConflictError while a rollout runs that can select the same tenants: a tenant is in one rollout at most.
   */
  async start(input: RolloutInput, author: Principal): Promise<RolloutDetails> {
    await this.assertValid(input);
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
   * Checks what is the same for every tenant.
   *
   * @throws InvalidInputError with every error of the selector and the changes.
   */
  async assertValid({
    selector = {},
    changes = {},
    unit = 'tenant',
  }: Partial<Pick<RolloutInput, 'selector' | 'changes' | 'unit'>>): Promise<void> {
    const errors = [
      ...(await this.population.findSelectorErrors(selector)),
      ...findRolloutChangeErrors({ changes, unit }),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  /**
   * Starts the next step. When the percentage rises, tenants and users that have the treatment keep it.
   *
   * @throws NotFoundError
   * @throws ConflictError if the rollout is not running
   */
  async changePercentage(id: string, percentage: number, author: Principal): Promise<RolloutDetails> {
    const rounded = roundToHundredth(percentage);
    const work = () => this.repository.changePercentage(assertRolloutId(id), rounded);
    const rollout = await this.database.asPlatform(allTenants, work, author);
    return this.toDetails(rollout ?? (await this.throwNotRunning(id)));
  }

  /**
   * Ends the rollout. Every tenant has its own settings again at once.
   *
   * @throws as `changePercentage`
   */
  async abort(id: string, author: Principal): Promise<RolloutDetails> {
    const work = () => this.repository.abort(assertRolloutId(id));
    const rollout = await this.database.asPlatform(allTenants, work, author);
    return this.toDetails(rollout ?? (await this.throwNotRunning(id)));
  }

  /**
   * Ends the rollout and stores its changes as the tenants' own settings.
   *
   * @throws as `changePercentage`
   */
  async promote(id: string, author: Principal): Promise<RolloutDetails> {
    const rollout = await this.promotions.promote(assertRolloutId(id), author);
    return this.toDetails(rollout ?? (await this.throwNotRunning(id)));
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<RolloutDetails> {
    return this.toDetails(await this.getStored(id));
  }

  /** At most `limit` rollouts, newest first. `before` is the time and id of the last rollout of the previous page. */
  list(limit: number, before: readonly string[] | null): Promise<RolloutWithTallies[]> {
    return this.database.listAsPlatform(allTenants, async () => {
      const rollouts = await this.repository.list(limit, before);
      const tallies = await this.observations.findTalliesOfLastSteps(rollouts.map(({ id }) => id));
      return rollouts.map((rollout) => ({ rollout, tallies: tallies.get(rollout.id)! }));
    });
  }

  /** @throws NotFoundError if there is no such rollout, else ConflictError */
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

  /** The errors for the first tenant if the changes are valid for no tenant; else none. */
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

  /** The shared inputs are loaded last, so that they have every plan that a tenant is on. */
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
    throw new ConflictError(
      `At most ${maxRunningRollouts} rollouts can run at a time: promote or abort one.`,
    );
  const overlapping = running
    .filter((other) => selectorsOverlap(selector, other.selector))
    .map(({ id }) => id);
  if (overlapping.length === 0) return;
  const message =
    'A tenant can be in one rollout at a time, and running rollouts can select the same tenants: end them first, or narrow the selector.';
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
