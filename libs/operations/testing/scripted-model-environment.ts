import type { FieldError } from '#kernel';
import type { Model } from '#settings';
import { ModelEnvironment } from '#tenancy';

/** An environment in which exactly the models whose key variable is `MODEL_KEY_UNSET` cannot be asked. */
export class ScriptedModelEnvironment extends ModelEnvironment {
  findErrors(): FieldError[] {
    return [];
  }

  findObstacle({ api_key_env: variable }: Model): string | null {
    return variable === 'MODEL_KEY_UNSET' ? 'MODEL_KEY_UNSET is not set' : null;
  }
}
