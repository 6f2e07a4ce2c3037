import type { FieldError } from '#kernel';
import type { Catalogue } from '#tenancy';
import { type SettingsPatch, findPatchedValueErrors, parseChange, prefixFields } from '#settings';

/** The patch of a bulk update, and its errors that are the same for every tenant. `evaluateGroup` finds those that depend on the tenant. */
export function parseBulkChanges(
  changes: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): { readonly patch: SettingsPatch; readonly errors: readonly FieldError[] } {
  const { patch, options, errors } = parseChange(changes, false);
  const misplacedErrors = Object.keys(options).map((field) => misplacedFieldError(field, changes[field]));
  const allErrors = [
    ...errors.filter(({ field }) => !(field in options)),
    ...misplacedErrors,
    ...findPatchedValueErrors(patch),
    ...findModelErrors(patch, catalogue),
    ...(Object.keys(changes).length === 0 ? [emptyChangesError()] : []),
  ];
  return { patch, errors: prefixFields('changes', allErrors) };
}

function emptyChangesError(): FieldError {
  return { field: '', rule: 'required', message: 'changes must contain at least one setting.' };
}

function misplacedFieldError(field: string, value: unknown): FieldError {
  const message = `${field} cannot be part of a bulk update: leave it out.`;
  return { field, rule: 'unknown_field', message, value };
}

/** Errors of models that no tenant may choose: unknown or retired. */
function findModelErrors(patch: SettingsPatch, catalogue: Catalogue): FieldError[] {
  return (['model_name', 'model_fallback'] as const).flatMap((field): FieldError[] => {
    const id = patch[field];
    if (typeof id !== 'string' || (field === 'model_fallback' && id === 'none')) return [];
    const model = catalogue.get(id);
    if (model && model.state !== 'retired') return [];
    const allowed = [...catalogue.values()].filter(({ state }) => state !== 'retired').map((each) => each.id);
    const message = `${field}: the model is ${model ? 'retired' : 'not in the catalogue'}.`;
    return [{ field, rule: 'enum', message, value: id, allowed }];
  });
}
