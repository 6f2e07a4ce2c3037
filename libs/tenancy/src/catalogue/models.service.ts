import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { ConflictError, type Fault, InvalidInputError, NotFoundError } from '#kernel';
import { PlanRepository } from '../plans/plan.repository.js';
import { type ModelMention, SettingRules } from '../plans/setting-rules.js';
import { BlastRadius, type Radius } from '../preview/blast-radius.js';
import { CatalogueRepository } from './catalogue.repository.js';
import type { Model } from './model.js';
import { SharedLayers } from './shared-layers.js';

const modelId = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;

/** What platform admins do to the model catalogue. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly layers: SharedLayers,
    private readonly repository: CatalogueRepository,
    private readonly plans: PlanRepository,
    private readonly rules: SettingRules,
    private readonly radius: BlastRadius,
  ) {}

  async all(): Promise<readonly Model[]> {
    return (await this.layers.look(() => this.repository.all())).value;
  }

  /** @throws NotFoundError */
  get(id: string): Promise<Model> {
    return this.layers.look(() => this.stored(id));
  }

  /**
   * @throws InvalidInputError with every fault.
   * @throws ConflictError when it would retire a model that a shared layer names.
   */
  put(model: Model, author: Author): Promise<Model> {
    return this.layers.change(author, async () => {
      await this.check(model);
      return this.repository.put(model);
    });
  }

  /** Whom `put` would concern; refuses what it would refuse. */
  async previewPut(model: Model): Promise<Radius> {
    await this.layers.look(() => this.check(model));
    return this.radius.ofModel(model);
  }

  /**
   * Nobody can choose the model any more; tenants that have it keep it.
   *
   * @throws NotFoundError
   * @throws ConflictError when a shared layer names the model.
   */
  retire(id: string, author: Author): Promise<Model> {
    return this.layers.change(author, async () => {
      await this.check(await this.retired(id));
      return (await this.repository.retire(id))!;
    });
  }

  /** The tenants on the model; refuses what `retire` would refuse. */
  async previewRetire(id: string): Promise<Radius> {
    const model = await this.layers.look(async () => {
      const retired = await this.retired(id);
      await this.check(retired);
      return retired;
    });
    return this.radius.ofModel(model);
  }

  private async retired(id: string): Promise<Model> {
    return { ...(await this.stored(id)), state: 'retired' };
  }

  private async stored(id: string): Promise<Model> {
    const { value: models } = await this.repository.all();
    const found = models.find((model) => model.id === id);
    if (!found) throw new NotFoundError(`There is no model ${id.slice(0, 100)} in the catalogue.`);
    return found;
  }

  /** New tenants get what the shared layers name: it must be a model that can be chosen. */
  private async check(model: Model): Promise<void> {
    const faults = faultsOfModel(model);
    if (faults.length > 0) throw new InvalidInputError(faults);
    if (model.state !== 'retired') return;
    const mentions = await this.rules.mentionsOf(model.id, await this.plans.list());
    if (mentions.length > 0) throw stillNamed(model, mentions);
  }
}

function stillNamed({ id }: Model, mentions: readonly ModelMention[]): ConflictError {
  const places = mentions.map(
    ({ plan, setting }) => `${plan === null ? "the platform's defaults" : `the plan ${plan}`} (${setting})`,
  );
  const message = `The model ${id} is named by ${places.join(', ')}. Name another one there before it is retired.`;
  return new ConflictError(message, { named_by: mentions });
}

function faultsOfModel({ id, provider, base_url: baseUrl, temperature }: Model): Fault[] {
  const faults: Fault[] = [];
  if (!modelId.test(id) || id === 'none')
    faults.push({
      field: 'id',
      rule: 'pattern',
      message: "A model's id is 1 to 100 of letters, digits and ._:/-, and not none.",
      value: id,
    });
  if (provider === 'openai-compatible' && baseUrl === null)
    faults.push({
      field: 'base_url',
      rule: 'required',
      message: 'base_url is required for an OpenAI-compatible model.',
    });
  if (temperature && temperature.min > temperature.max)
    for (const bound of ['min', 'max'])
      faults.push({
        field: `temperature.${bound}`,
        rule: 'combination',
        message: 'temperature.min is above temperature.max.',
      });
  return faults;
}
