import { DomainError, type Fault, sameJson } from '#kernel';
import type { Principal } from '#tenancy';
import type { Next } from '../change/change.js';
import { changedSettings, faultsOfPatch } from '../change/patch-configuration.service.js';
import { checkOverride, checkOwner } from '../change/permissions.js';
import type { NextConfiguration, StoredConfiguration } from '../configuration.repository.js';
import type { Parts } from '../read/compiled-configuration.js';
import { type SettingsPatch, mergePatch } from '../settings/merge-patch.js';
import { type SettingName, isSettingName } from '../settings/tenant-settings.js';
import type { StoredRequest } from './change-request.repository.js';
import { effectiveAfter } from './effective.js';

/** What is approved would not be what comes of it; the message says what moved underneath. */
export class ApprovalVoid extends Error {}

const shownCharacters = 60;
const longestReason = 2000;

/** Whoever asked, as far as the request tells: their role decides what the change may touch. */
export function requesterOf(request: StoredRequest): Principal {
  const { requested_by: actor, requested_by_role: role, tenant_id: tenantId } = request;
  return {
    actor,
    subject: actor.slice(actor.indexOf(':') + 1),
    role,
    tenantId: role === 'platform_admin' ? null : tenantId,
  };
}

/**
 * The request's patch on the configuration as it is now.
 *
 * What was approved is what the diff showed: for each field the patch touches, the value before, the value after, and the
 * effective value that comes of it. Where one of these is another now, or the result breaks today's rules, the approval is void.
 * A change of other settings meanwhile stays beside it; where the two do not go together, that is such a broken rule.
 *
 * @throws ApprovalVoid
 */
export function approvedChange(request: StoredRequest, parts: Parts): Next {
  const { stored } = parts;
  refuse(forgotten(request));
  const next = patched(stored, request.patch);
  const changed = changedSettings(stored.settings, next.settings);
  refuse(moves(request, stored, next));
  refuse(brokenRules(request, parts));
  refuse(movesBelow(request, parts, next));
  refuse(refusals(request, stored, changed));
  const { from_version: fromVersion, file_settings: names } = request;
  const file = names === null ? {} : { file: { names, changesOwners: false } };
  return { ...next, ...file, action: 'change_request', fromVersion };
}

function patched(stored: StoredConfiguration, patch: StoredRequest['patch']): NextConfiguration {
  const { settings, override_allowed: wanted } = split(patch);
  return {
    settings: mergePatch(stored.settings, settings),
    override_allowed: wanted ?? stored.override_allowed,
  };
}

function split({ override_allowed, ...settings }: StoredRequest['patch']): {
  settings: SettingsPatch;
  override_allowed: boolean | undefined;
} {
  return { settings, override_allowed: override_allowed as boolean | undefined };
}

/** A request can be older than the version of Attune that runs. */
function forgotten({ patch }: StoredRequest): string[] {
  const names = Object.keys(split(patch).settings).filter((name) => !isSettingName(name));
  return names.map((name) => `${name} is no setting any more`);
}

/** Each field that does not stand as it was shown to whoever approved, or would not stand so afterwards. */
function moves(request: StoredRequest, stored: StoredConfiguration, next: NextConfiguration): string[] {
  const shown = new Map(request.diff.map((change) => [change.field, change]));
  const fields = new Set([...shown.keys(), ...Object.keys(request.patch)]);
  return [...fields].flatMap((field) => {
    const after = valueOf({ ...stored, settings: request.settings_after }, field);
    const { from, to } = shown.get(field) ?? { from: after, to: after };
    const [current, result] = [valueOf(stored, field), valueOf(next, field)];
    if (!sameJson(current, from))
      return [
        `${field} was ${brief(from)} in version ${request.base_version} and is ${brief(current)} in version ${stored.version}`,
      ];
    return sameJson(result, to) ? [] : [`${field} would become ${brief(result)}, not ${brief(to)}`];
  });
}

function movesBelow(request: StoredRequest, parts: Parts, { settings }: NextConfiguration): string[] {
  const changed = Object.keys(request.effective_after).filter(isSettingName);
  const setter = request.set_by ?? request.requested_by_role;
  const effective = effectiveAfter(parts, { settings, changed, setter });
  return changed
    .filter((name) => !sameJson(effective[name], request.effective_after[name]))
    .map(
      (name) =>
        `${name} would in effect be ${brief(effective[name])}, not ${brief(request.effective_after[name])}: the layers below changed`,
    );
}

function brokenRules(request: StoredRequest, parts: Parts): string[] {
  const { settings: patch } = split(request.patch);
  const faults: Fault[] = faultsOfPatch(parts, { patch, options: {}, faults: [] }, requesterOf(request));
  return faults.map(({ field, message }) => `${field}: ${message}`);
}

/** Force is never approved: what needs it, is made with it. A file's own change, and a rollback by the platform, need none. */
function refusals(
  { requested_by_role: role, kind }: StoredRequest,
  stored: StoredConfiguration,
  changed: readonly SettingName[],
): string[] {
  try {
    checkOverride(stored, role, false);
    checkOwner(stored, changed, kind !== 'update');
    return [];
  } catch (error) {
    if (error instanceof DomainError) return [error.message];
    throw error;
  }
}

function refuse(reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  const text = reasons.map((reason) => reason.replace(/\.$/, '')).join('; ');
  throw new ApprovalVoid(text.slice(0, longestReason));
}

function valueOf(
  { settings, override_allowed }: { settings: object; override_allowed: boolean },
  field: string,
) {
  return field === 'override_allowed'
    ? override_allowed
    : ((settings as Record<string, unknown>)[field] ?? null);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}
