import { DomainError, type FieldError, isJsonEqual } from '#kernel';
import type { Principal } from '#http';
import type { NextConfiguration } from '../../change/change.js';
import { findPatchErrors } from '../../change/patch-configuration.service.js';
import { assertOverrideAllowed, assertNotManagedByCode } from '../../change/permissions.js';
import type { ConfigurationContent, StoredConfiguration } from '../../storage/configuration.repository.js';
import type { ConfigurationInputs } from '../../compile/compiled-configuration.js';
import { changedSettings, isSettingName, mergePatch, type SettingName, type SettingsPatch } from '#settings';
import type { StoredChangeRequest } from '../change-request.repository.js';
import { effectiveSettingsAfter } from '../../compile/proposed-inputs.js';

/** The change would no longer do what was approved; the message says what has changed. */
export class ApprovalVoidedError extends Error {}

const maxShownCharacters = 60;
const maxReasonLength = 2000;

/** The requester, from what the request stores. Their role decides which settings the change may touch. */
export function toRequester(request: StoredChangeRequest): Principal {
  const { requested_by: actor, requested_by_role: role, tenant_id: tenantId } = request;
  return {
    actor,
    subject: actor.slice(actor.indexOf(':') + 1),
    role,
    tenantId: role === 'platform_admin' ? null : tenantId,
  };
}

/**
 * Applies the request's patch to the current configuration.
 *
 * The approver agreed to what the diff showed: for each field of the patch, the value before, the value after, and the effective
 * value. If one of them is different now, or the result breaks today's rules, the approval is void. Changes of other settings
 * meanwhile are kept; if they do not fit the request, a rule is broken.
 *
 * @throws ApprovalVoidedError
 */
export function buildApprovedChange(
  request: StoredChangeRequest,
  inputs: ConfigurationInputs,
): NextConfiguration {
  const { stored } = inputs;
  throwIfAny(removedSettings(request));
  const next = applyRequestPatch(stored, request.patch);
  const changed = changedSettings(stored.settings, next.settings);
  throwIfAny(changedSince(request, stored, next));
  throwIfAny(violatedRules(request, inputs));
  throwIfAny(changedInLowerLayers(request, inputs, next));
  throwIfAny(blockers(request, stored, changed));
  const { from_version: fromVersion, file_settings: names } = request;
  const file = names === null ? {} : { file: { names, changesOwners: false } };
  return { ...next, ...file, action: 'change_request', fromVersion };
}

function applyRequestPatch(
  stored: StoredConfiguration,
  patch: StoredChangeRequest['patch'],
): ConfigurationContent {
  const { settings, override_allowed: requestedOverride } = splitPatch(patch);
  return {
    settings: mergePatch(stored.settings, settings),
    override_allowed: requestedOverride ?? stored.override_allowed,
  };
}

function splitPatch({ override_allowed, ...settings }: StoredChangeRequest['patch']): {
  settings: SettingsPatch;
  override_allowed: boolean | undefined;
} {
  return { settings, override_allowed: override_allowed as boolean | undefined };
}

/** A request can be older than the version of Attune that runs. */
function removedSettings({ patch }: StoredChangeRequest): string[] {
  const names = Object.keys(splitPatch(patch).settings).filter((name) => !isSettingName(name));
  return names.map((name) => `${name} is no longer a setting`);
}

/** The fields whose value before or after the change is not the one that the diff showed. */
function changedSince(
  request: StoredChangeRequest,
  stored: StoredConfiguration,
  next: ConfigurationContent,
): string[] {
  const approvedChanges = new Map(request.diff.map((change) => [change.field, change]));
  const fields = new Set([...approvedChanges.keys(), ...Object.keys(request.patch)]);
  return [...fields].flatMap((field) => {
    const after = fieldValue({ ...stored, settings: request.settings_after }, field);
    const { from, to } = approvedChanges.get(field) ?? { from: after, to: after };
    const [current, result] = [fieldValue(stored, field), fieldValue(next, field)];
    if (!isJsonEqual(current, from))
      return [
        `${field} was ${abbreviate(from)} in version ${request.base_version} and is ${abbreviate(current)} in version ${stored.version}`,
      ];
    return isJsonEqual(result, to)
      ? []
      : [`${field} would become ${abbreviate(result)}, not ${abbreviate(to)}`];
  });
}

function changedInLowerLayers(
  request: StoredChangeRequest,
  inputs: ConfigurationInputs,
  { settings }: ConfigurationContent,
): string[] {
  const changed = Object.keys(request.effective_after).filter(isSettingName);
  const setter = request.set_by ?? request.requested_by_role;
  const effective = effectiveSettingsAfter(inputs, { settings, changed, setter });
  return changed
    .filter((name) => !isJsonEqual(effective[name], request.effective_after[name]))
    .map(
      (name) =>
        `${name} would in effect be ${abbreviate(effective[name])}, not ${abbreviate(request.effective_after[name])}: the layers below changed`,
    );
}

function violatedRules(request: StoredChangeRequest, inputs: ConfigurationInputs): string[] {
  const { settings: patch } = splitPatch(request.patch);
  const errors: FieldError[] = findPatchErrors(
    inputs,
    { patch, options: {}, errors: [] },
    toRequester(request),
  );
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

/**
 * Changes that need `force` cannot be requested; a platform admin makes them directly. The change of a managed file, and a rollback
 * by the platform, do not need it for settings that a file owns.
 */
function blockers(
  { requested_by_role: role, kind }: StoredChangeRequest,
  stored: StoredConfiguration,
  changed: readonly SettingName[],
): string[] {
  try {
    assertOverrideAllowed(stored, role, false);
    assertNotManagedByCode(stored, changed, kind !== 'update');
    return [];
  } catch (error) {
    if (error instanceof DomainError) return [error.message];
    throw error;
  }
}

function throwIfAny(reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  const text = reasons.map((reason) => reason.replace(/\.$/, '')).join('; ');
  throw new ApprovalVoidedError(text.slice(0, maxReasonLength));
}

function fieldValue(
  { settings, override_allowed }: { settings: object; override_allowed: boolean },
  field: string,
) {
  return field === 'override_allowed'
    ? override_allowed
    : ((settings as Record<string, unknown>)[field] ?? null);
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= maxShownCharacters ? text : `${text.slice(0, maxShownCharacters)}…`;
}
