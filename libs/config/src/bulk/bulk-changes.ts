import { type Fault, isPlainObject } from '#kernel';
import type { Catalogue } from '#tenancy';
import { givenValues, parseChange } from '../settings/change-request-body.js';
import type { SettingsPatch } from '../settings/merge-patch.js';
import { valueFaults } from '../settings/rules.js';

/** The patch of a bulk update, and what is wrong with it whoever it is applied to. What depends on the tenant is judged there. */
export function parseBulkChanges(
  changes: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): { readonly patch: SettingsPatch; readonly faults: readonly Fault[] } {
  const { patch, options, faults } = parseChange(changes, false);
  const beside = Object.keys(options).map((field) => notHere(field, changes[field]));
  const all = [
    ...faults.filter(({ field }) => !(field in options)),
    ...beside,
    ...valueFaults(withoutNulls(givenValues(patch))),
    ...modelFaults(patch, catalogue),
    ...(Object.keys(changes).length === 0 ? [nothing()] : []),
  ];
  return { patch, faults: all.map(within) };
}

function within(fault: Fault): Fault {
  const field = fault.field === '' ? 'changes' : `changes.${fault.field}`;
  return { ...fault, field: field.slice(0, 200) };
}

function nothing(): Fault {
  return { field: '', rule: 'required', message: 'changes names no setting.' };
}

function notHere(field: string, value: unknown): Fault {
  const message = `${field} does not belong among the changes of many tenants.`;
  return { field, rule: 'unknown_field', message, value };
}

/** A model that nobody could choose. */
function modelFaults(patch: SettingsPatch, catalogue: Catalogue): Fault[] {
  return (['model_name', 'model_fallback'] as const).flatMap((field): Fault[] => {
    const id = patch[field];
    if (typeof id !== 'string' || (field === 'model_fallback' && id === 'none')) return [];
    const model = catalogue.get(id);
    if (model && model.state !== 'retired') return [];
    const allowed = [...catalogue.values()].filter(({ state }) => state !== 'retired').map((each) => each.id);
    const message = `${field}: the model is ${model ? 'retired' : 'not in the catalogue'}.`;
    return [{ field, rule: 'enum', message, value: id, allowed }];
  });
}

/** Variables that the patch removes are no values to be checked. */
function withoutNulls(given: Record<string, unknown>): Record<string, unknown> {
  const { prompt_variables: variables } = given;
  if (!isPlainObject(variables)) return given;
  const kept = Object.entries(variables).filter(([, value]) => value !== null);
  return { ...given, prompt_variables: Object.fromEntries(kept) };
}
