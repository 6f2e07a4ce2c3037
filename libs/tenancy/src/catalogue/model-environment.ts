import type { FieldError } from '#kernel';
import type { Model } from '#settings';

/**
 * Port: what the service's own environment says about a catalogue entry. `rag` implements it, because it knows the variables of the
 * providers.
 *
 * ```ts
 * class EveryKeyIsSet extends ModelEnvironment {
 *   findErrors = (): FieldError[] => [];
 *   findObstacle = (): string | null => null;
 * }
 * ```
 */
export abstract class ModelEnvironment {
  /** Errors of the entry that no variable could mend later, such as a key variable that `MODEL_API_KEYS` does not list. */
  abstract findErrors(model: Model): readonly FieldError[];

  /** Why a query to the model would fail on this replica, as a sentence without its full stop; null if the model can be asked. */
  abstract findObstacle(model: Model): string | null;
}
