import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel';
import { PlanRepository } from '../plan.repository.js';
import { BlastRadius, type BlastRadiusReport, type PreviewPage } from '../blast-radius.js';
import { ModelEnvironment } from '../model-environment.js';
import { ModelRepository } from '../model.repository.js';
import { type Model, type ModelReference, findModelReferences } from '#settings';
import { SharedSettingsTransaction } from '../shared-settings-transaction.js';
import { findModelErrors } from './find-model-errors.js';
import { restoreHiddenHeaders } from './model-headers.js';

/** The model catalogue, as platform admins manage it. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly sharedSettings: SharedSettingsTransaction,
    private readonly repository: ModelRepository,
    private readonly plans: PlanRepository,
    private readonly blastRadius: BlastRadius,
    private readonly environment: ModelEnvironment,
  ) {}

  /** All models, in the order in which they were added. */
  async list(): Promise<readonly Model[]> {
    return (await this.sharedSettings.read(() => this.repository.findAll())).value;
  }

  /** @throws NotFoundError when the catalogue has no such model. */
  get(id: string): Promise<Model> {
    return this.sharedSettings.read(() => this.getStored(id));
  }

  /**
   * Adds or replaces a model. A header with the value `[hidden]` keeps its stored value.
   *
   * @throws InvalidInputError with all errors of the model.
   * @throws ConflictError when the change retires a model that a plan or the platform's defaults name.
   */
  put(model: Model, author: Author): Promise<Model> {
    return this.sharedSettings.write(author, async () =>
      this.repository.put(await this.completeAndValidate(model)),
    );
  }

  /** Preview of `put`: affected tenants. Throws what `put` would throw. */
  async previewPut(model: Model, page: PreviewPage | null): Promise<BlastRadiusReport> {
    const complete = await this.sharedSettings.read(() => this.completeAndValidate(model));
    return this.blastRadius.previewModel(complete, page);
  }

  /**
   * Retires a model: it can no longer be selected, and tenants already using it keep it.
   *
   * @throws NotFoundError when the catalogue has no such model.
   * @throws ConflictError when a plan or the platform's defaults name the model.
   */
  retire(id: string, author: Author): Promise<Model> {
    return this.sharedSettings.write(author, async () => {
      await this.assertUnreferencedIfRetired(await this.asRetired(id));
      return (await this.repository.retire(id))!;
    });
  }

  /** Preview of `retire`: the tenants on the model. Throws what `retire` would throw. */
  async previewRetire(id: string, page: PreviewPage | null): Promise<BlastRadiusReport> {
    const model = await this.sharedSettings.read(async () => {
      const retired = await this.asRetired(id);
      await this.assertUnreferencedIfRetired(retired);
      return retired;
    });
    return this.blastRadius.previewModel(model, page);
  }

  /**
   * Deletes a model that no tenant, plan or default uses.
   *
   * @throws NotFoundError when the catalogue has no such model.
   * @throws ConflictError when tenants use the model, or a plan or the platform's defaults name it.
   */
  async delete(id: string, author: Author): Promise<void> {
    const model = await this.get(id);
    const { matched, sample } = await this.blastRadius.previewModel(model);
    if (matched > 0) throw stillUsedError(model, matched, sample);
    await this.sharedSettings.write(author, async () => {
      await this.assertUnreferenced(model, 'delete');
      if (!(await this.repository.delete(id))) throw notFoundError(id);
    });
  }

  /** @throws InvalidInputError with all errors of the model. */
  async assertValid(model: Model): Promise<void> {
    await this.sharedSettings.read(() => this.complete(model));
  }

  private async completeAndValidate(model: Model): Promise<Model> {
    const complete = await this.complete(model);
    await this.assertUnreferencedIfRetired(complete);
    return complete;
  }

  /** The model as it will be stored. @throws InvalidInputError with all its errors. */
  private async complete(model: Model): Promise<Model> {
    const complete = restoreHiddenHeaders(model, await this.findStored(model.id));
    const errors = [...findModelErrors(complete), ...this.environment.findErrors(complete)];
    if (errors.length > 0) throw new InvalidInputError(errors);
    return complete;
  }

  private async findStored(id: string): Promise<Model | null> {
    const { value: models } = await this.repository.findAll();
    return models.find((candidate) => candidate.id === id) ?? null;
  }

  private async asRetired(id: string): Promise<Model> {
    return { ...(await this.getStored(id)), state: 'retired' };
  }

  private async getStored(id: string): Promise<Model> {
    const model = await this.findStored(id);
    if (model === null) throw notFoundError(id);
    return model;
  }

  private async assertUnreferencedIfRetired(model: Model): Promise<void> {
    if (model.state === 'retired') await this.assertUnreferenced(model, 'retire');
  }

  /** Tenants inherit the models that plans and the platform's defaults name, so those must stay selectable. */
  private async assertUnreferenced(model: Model, act: 'retire' | 'delete'): Promise<void> {
    const [plans, platform] = [await this.plans.list(), await this.sharedSettings.readPlatformDefaults()];
    const references = findModelReferences(model.id, { plans, platform });
    const allowing = plans.filter(({ allowed_models: allowed }) => allowed.includes(model.id));
    const lists = allowing.map(({ id }) => ({ plan: id, setting: 'allowed_models' }));
    const named = act === 'delete' ? [...references, ...lists] : references;
    if (named.length > 0) throw stillReferencedError(model, named, act);
  }
}

function notFoundError(id: string): NotFoundError {
  return new NotFoundError(`There is no model ${id.slice(0, 100)} in the catalogue.`);
}

function stillUsedError({ id }: Model, matched: number, sample: BlastRadiusReport['sample']): ConflictError {
  const tenants = sample.map(({ tenant_id: tenant }) => tenant);
  const message = `The model ${id} is used by ${matched} ${matched === 1 ? 'tenant' : 'tenants'}, such as ${tenants.slice(0, 3).join(', ')}. Give them another model, then delete this one.`;
  return new ConflictError(message, { used_by: { tenants: matched, sample: tenants } });
}

function stillReferencedError(
  { id }: Model,
  references: readonly ModelReference[],
  act: 'retire' | 'delete',
): ConflictError {
  const places = references.map(
    ({ plan, setting }) => `${plan === null ? "the platform's defaults" : `the plan ${plan}`} (${setting})`,
  );
  const message = `The model ${id} is named by ${places.join(', ')}. Name another model there, then ${act} this one.`;
  return new ConflictError(message, { named_by: references });
}
