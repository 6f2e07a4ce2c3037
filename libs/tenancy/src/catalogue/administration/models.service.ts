import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { ConflictError, type FieldError, InvalidInputError, NotFoundError } from '#kernel';
import { PlanRepository } from '../plan.repository.js';
import { BlastRadius, type BlastRadiusReport } from '../blast-radius.js';
import { ModelEnvironment } from '../model-environment.js';
import { ModelRepository } from '../model.repository.js';
import { type Model, type ModelReference, findModelReferences } from '#settings';
import { SharedSettingsTransaction } from '../shared-settings-transaction.js';

const modelIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;

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
   * Adds or replaces a model.
   *
   * @throws InvalidInputError with all errors of the model.
   * @throws ConflictError when the change retires a model that a plan or the platform's defaults name.
   */
  put(model: Model, author: Author): Promise<Model> {
    return this.sharedSettings.write(author, async () => {
      await this.validate(model);
      return this.repository.put(model);
    });
  }

  /** Preview of `put`: affected tenants. Throws what `put` would throw. */
  async previewPut(model: Model): Promise<BlastRadiusReport> {
    await this.sharedSettings.read(() => this.validate(model));
    return this.blastRadius.previewModel(model);
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
  async previewRetire(id: string): Promise<BlastRadiusReport> {
    const model = await this.sharedSettings.read(async () => {
      const retired = await this.asRetired(id);
      await this.assertUnreferencedIfRetired(retired);
      return retired;
    });
    return this.blastRadius.previewModel(model);
  }

  private async asRetired(id: string): Promise<Model> {
    return { ...(await this.getStored(id)), state: 'retired' };
  }

  private async getStored(id: string): Promise<Model> {
    const { value: models } = await this.repository.findAll();
    const model = models.find((candidate) => candidate.id === id);
    if (!model) throw new NotFoundError(`There is no model ${id.slice(0, 100)} in the catalogue.`);
    return model;
  }

  private async validate(model: Model): Promise<void> {
    const errors = [...findModelErrors(model), ...this.environment.findErrors(model)];
    if (errors.length > 0) throw new InvalidInputError(errors);
    await this.assertUnreferencedIfRetired(model);
  }

  /** Tenants inherit the models that plans and the platform's defaults name, so those must stay selectable. */
  private async assertUnreferencedIfRetired(model: Model): Promise<void> {
    if (model.state !== 'retired') return;
    const [plans, platform] = [await this.plans.list(), await this.sharedSettings.readPlatformDefaults()];
    const references = findModelReferences(model.id, { plans, platform });
    if (references.length > 0) throw stillReferencedError(model, references);
  }
}

function stillReferencedError({ id }: Model, references: readonly ModelReference[]): ConflictError {
  const places = references.map(
    ({ plan, setting }) => `${plan === null ? "the platform's defaults" : `the plan ${plan}`} (${setting})`,
  );
  const message = `The model ${id} is named by ${places.join(', ')}. Name another model there, then retire this one.`;
  return new ConflictError(message, { named_by: references });
}

function findModelErrors({ id, provider, base_url: baseUrl, temperature }: Model): FieldError[] {
  const errors: FieldError[] = [];
  if (!modelIdPattern.test(id) || id === 'none')
    errors.push({
      field: 'id',
      rule: 'pattern',
      message: 'The id of a model must be 1 to 100 letters, digits and ._:/-, and not none.',
      value: id,
    });
  if (provider === 'openai-compatible' && baseUrl === null)
    errors.push({
      field: 'base_url',
      rule: 'required',
      message: 'base_url is required for an OpenAI-compatible model.',
    });
  if (temperature && temperature.min > temperature.max)
    for (const bound of ['min', 'max'])
      errors.push({
        field: `temperature.${bound}`,
        rule: 'combination',
        message: 'temperature.min must not be above temperature.max.',
      });
  return errors;
}
