import type { CompiledConfiguration } from '#config';
import { NotFoundError, didYouMean } from '#kernel';
import { type Model, type PromptRenderer, allowedModels } from '#settings';

/** What one call asks for, in addition to the tenant's configuration. */
export interface QueryVariant {
  /** The id of the model that answers in place of `model_name`. */
  readonly model?: string;
  /** Added behind the tenant's own prompt, which stays. */
  readonly instructions?: string;
  /** The question is a whole prompt: it is sent without the tenant's template, and no document is searched. */
  readonly isTask?: boolean;
}

type VariableParts = Pick<CompiledConfiguration, 'model' | 'inputs' | 'settings'>;

/** The model is not in the catalogue, or the tenant may not call it. */
class UnknownModelError extends NotFoundError {
  constructor(model: string, known: readonly string[]) {
    const name = model.slice(0, 100);
    super(`There is no model "${name}" for this tenant.${didYouMean(model, known)}`, { model: name });
  }
}

/**
 * The models that one call may ask for: those of the plan, and the configured one. Where the plan locks `model_name`, only the configured one.
 *
 * ```ts
 * const ids = callableModels(await reader.current('acme-law')).map(({ id }) => id);
 * ```
 */
export function callableModels({ model, inputs: { plan, catalogue } }: VariableParts): Model[] {
  if (plan.locked_settings.includes('model_name')) return [model];
  const allowed = allowedModels({ plan, catalogue }).map((id) => catalogue.get(id)!);
  return allowed.includes(model) ? allowed : [model, ...allowed];
}

/**
 * The configuration for one call. A call with another model or a task says nothing about the arm of a rollout, so it counts for none.
 *
 * @throws NotFoundError when the tenant may not call the model
 */
export function applyVariant(
  configuration: CompiledConfiguration,
  { model, instructions, isTask = false }: QueryVariant,
): CompiledConfiguration {
  const { rollout } = configuration;
  return {
    ...configuration,
    model: model === undefined ? configuration.model : findModel(configuration, model),
    template: addInstructions(isTask ? taskTemplate : configuration.template, instructions),
    rollout: model === undefined && !isTask ? rollout : null,
  };
}

function findModel(configuration: VariableParts, id: string): Model {
  const models = callableModels(configuration);
  const model = models.find((each) => each.id === id);
  if (model) return model;
  throw new UnknownModelError(
    id,
    models.map((each) => each.id),
  );
}

const taskTemplate: PromptRenderer = { render: ({ question }) => ({ system: '', user: question }) };

/** In the message that has the tenant's prompt: as a system message of their own, they would outrank a prompt in the user message. */
function addInstructions(template: PromptRenderer, instructions?: string): PromptRenderer {
  if (instructions === undefined) return template;
  return {
    render: (values) => {
      const { system, user } = template.render(values);
      return system === '' && template !== taskTemplate
        ? { system, user: `${user}\n\n${instructions}` }
        : { system: system === '' ? instructions : `${system}\n\n${instructions}`, user };
    },
  };
}
