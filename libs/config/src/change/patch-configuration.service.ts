import { Injectable } from '@nestjs/common';
import { type Fault, InvalidInputError, isPlainObject, sameJson } from '#kernel';
import type { Principal } from '#tenancy';
import type { StoredConfiguration } from '../configuration.repository.js';
import {
  type ChangeOptions,
  type ParsedChange,
  givenValues,
  parseChange,
} from '../settings/change-request-body.js';
import { type Parts, layersOf } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { mergePatch } from '../settings/merge-patch.js';
import { faultsOfChange, valueFaults } from '../settings/rules.js';
import { type SettingName, type SomeSettings, settingNames } from '../settings/tenant-settings.js';
import { type Next, type Outcome, authorRole } from './change.js';
import { ChangeConfiguration } from './change-configuration.service.js';
import { checkOverride, checkOwner, permissionFaults } from './permissions.js';
import type { AcceptedVersions } from './version-check.js';

export interface PatchOrder {
  readonly tenantId: string;
  readonly author: Principal;
  readonly accepted: AcceptedVersions;
  /** The change is to wait for approval even where the tenant's policy asks for none. */
  readonly isRequest?: true;
}

/** Changes a configuration by a merge patch (SPEC §3.2 and §3.4), or only says what would be wrong with it. */
@Injectable()
export class PatchConfiguration {
  constructor(
    private readonly changes: ChangeConfiguration,
    private readonly reader: ConfigReader,
  ) {}

  /** @throws InvalidInputError with every fault; and what `ChangeConfiguration.make` and the checks of owner and override throw. */
  patch(order: PatchOrder, body: unknown): Promise<Outcome> {
    const { author } = order;
    const parsed = parseChange(body, author.role === 'platform_admin');
    const force = parsed.options.force === true;
    const reason = typeof parsed.options.reason === 'string' ? parsed.options.reason : null;
    const change = { ...order, force, reason, gate: parsed.options.gate === true };
    return this.changes.make(change, (parts) => this.plan(parts, parsed, author));
  }

  /** Every fault that the patch would be refused for. */
  async faults(tenantId: string, author: Principal, body: unknown): Promise<Fault[]> {
    const { parts } = await this.reader.known(tenantId);
    return faultsOfPatch(parts, parseChange(body, author.role === 'platform_admin'), author);
  }

  private plan(parts: Parts, parsed: ParsedChange, author: Principal): Next {
    const faults = faultsOfPatch(parts, parsed, author);
    if (faults.length > 0) throw new InvalidInputError(faults);
    const { stored } = parts;
    const { patch, options } = parsed;
    const settings = mergePatch(stored.settings, patch);
    const changed = changedSettings(stored.settings, settings);
    const force = options.force === true;
    if (changed.length > 0 || options.override_allowed !== undefined)
      checkOverride(stored, authorRole(author), force);
    checkOwner(stored, changed, force);
    const override_allowed = overrideAfter(stored, changed, options, author);
    return { settings, override_allowed, action: 'update', fromVersion: null };
  }
}

/** Every fault of a patch on a configuration; `author` decides what it may touch. */
export function faultsOfPatch(parts: Parts, { patch, faults }: ParsedChange, author: Principal): Fault[] {
  const denied = permissionFaults(patch, authorRole(author), parts.plan);
  const single = [...faults, ...denied, ...valueFaults(givenValuesMerged(patch))];
  const before = layersOf(parts);
  const faulty = new Set(single.map(({ field }) => field.split('.')[0]!));
  const sound = Object.fromEntries(Object.entries(patch).filter(([name]) => !faulty.has(name)));
  const after = { ...before, own: mergePatch(before.own, sound) };
  return [
    ...single,
    ...mergedVariableFaults(after.own, faulty),
    ...faultsOfChange(before, after, new Set(Object.keys(sound))),
  ];
}

/** Variables that the patch removes are no values to be checked. */
function givenValuesMerged(patch: ParsedChange['patch']): Record<string, unknown> {
  const given: Record<string, unknown> = givenValues(patch);
  const variables = given['prompt_variables'];
  return { ...given, ...(isPlainObject(variables) ? { prompt_variables: withoutNulls(variables) } : {}) };
}

function withoutNulls(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** Each patch of the variables may be small; what they add up to is bounded too. */
function mergedVariableFaults(own: SomeSettings, faulty: ReadonlySet<string>): Fault[] {
  const { prompt_variables } = own;
  return prompt_variables === undefined || faulty.has('prompt_variables')
    ? []
    : valueFaults({ prompt_variables });
}

export function changedSettings(before: SomeSettings, after: SomeSettings): SettingName[] {
  return settingNames.filter(
    (name) => !sameJson(before[name], after[name]) || name in before !== name in after,
  );
}

/** A tenant that takes back what the platform had set keeps it from being overridden again, unless it says otherwise. */
function overrideAfter(
  stored: StoredConfiguration,
  changed: readonly SettingName[],
  { override_allowed: wanted }: ChangeOptions,
  author: Principal,
): boolean {
  if (wanted !== undefined) return wanted;
  const takesBack = changed.some((name) => stored.set_by[name] === 'platform_admin');
  return takesBack && authorRole(author) === 'tenant_admin' ? false : stored.override_allowed;
}
