import type { FieldError } from '#kernel';
import type { Catalogue } from '#tenancy';
import { type SettingsPatch, findPatchedValueErrors, parseChange, prefixFields } from '#settings';

/** The patch of a bulk update, and what is wrong with it whoever it is applied to. What depends on the tenant is judged there. */
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
  return { field: '', rule: 'required', message: 'changes names no setting.' };
}

function misplacedFieldError(field: string, value: unknown): FieldError {
  const message = `${field} does not belong among the changes of many tenants.`;
  return { field, rule: 'unknown_field', message, value };
}

/** A model that nobody could choose. */
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
