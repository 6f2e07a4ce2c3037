import { Injectable } from '@nestjs/common';
import { ConflictError, type FieldError, InvalidInputError } from '#kernel';
import type { Principal } from '#http';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import {
  type ChangeOptions,
  changedSettings,
  findChangeErrors,
  findMergedVariableErrors,
  findPatchedValueErrors,
  mergePatch,
  parseChange,
  type ParsedChange,
  type SettingName,
} from '#settings';
import { type ConfigurationInputs, toLayers } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import {
  type ChangeCommand,
  type ChangeOutcome,
  type ChangeTarget,
  type NextConfiguration,
  toAuthorRole,
} from './change.js';
import { ChangePipeline } from './change-pipeline.js';
import type { ChangeRequest } from './change-request.js';
import { assertOverrideAllowed, assertNotManagedByCode, findPermissionErrors } from './permissions.js';

export interface PatchCommand extends ChangeTarget {
  readonly author: Principal;
  /** The change waits for approval even where the tenant's policy does not require it. */
  readonly isApprovalRequested?: true;
}

/** Changes a configuration by a merge patch (specification §3.2 and §3.4), or reports what would be wrong with the patch. */
@Injectable()
export class PatchConfigurationService {
  constructor(
    private readonly pipeline: ChangePipeline,
    private readonly reader: ConfigReader,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * @param body The body of the request, not validated yet.
   * @throws InvalidInputError with every error of the patch.
   * @throws OverrideNotAllowedError, ManagedByCodeError, and what `ChangePipeline` throws.
   */
  patch(command: PatchCommand, body: unknown): Promise<ChangeOutcome> {
    const { author, tenantId } = command;
    const parsed = parseChange(body, author.role === 'platform_admin');
    const { force, reason, gate } = parsed.options;
    const change: ChangeCommand = {
      ...command,
      force: force === true,
      reason: typeof reason === 'string' ? reason : null,
      gate: gate === true,
    };
    return this.metrics.countRefusals(tenantId, async () => {
      const draft = await this.pipeline.open(change);
      return this.pipeline.commit(draft, buildPatched(draft.inputs, parsed, author));
    });
  }

  /**
   * Requests the change: it waits for approval, also where the tenant's policy requires none.
   *
   * @throws ConflictError when the patch changes nothing that is stored, and what `patch` throws.
   */
  async propose(command: PatchCommand, body: unknown): Promise<ChangeRequest> {
    const outcome = await this.patch({ ...command, isApprovalRequested: true }, body);
    if (!('request' in outcome)) throw new ConflictError('The patch changes nothing that is stored.');
    return outcome.request;
  }

  /** Every error for which `patch` would refuse this body. Nothing is changed. */
  async findErrors(tenantId: string, author: Principal, body: unknown): Promise<FieldError[]> {
    const { inputs } = await this.reader.getForChange(tenantId);
    return findPatchErrors(inputs, parseChange(body, author.role === 'platform_admin'), author);
  }

  /** @throws InvalidInputError with every error of the body, as `patch` would throw it. */
  async assertValid(
    { tenantId, author }: Pick<PatchCommand, 'tenantId' | 'author'>,
    body: unknown,
  ): Promise<void> {
    const errors = await this.findErrors(tenantId, author, body);
    if (errors.length > 0) throw new InvalidInputError(errors);
  }
}

function buildPatched(
  inputs: ConfigurationInputs,
  parsed: ParsedChange,
  author: Principal,
): NextConfiguration {
  const errors = findPatchErrors(inputs, parsed, author);
  if (errors.length > 0) throw new InvalidInputError(errors);
  const { stored } = inputs;
  const { patch, options } = parsed;
  const settings = mergePatch(stored.settings, patch);
  const changed = changedSettings(stored.settings, settings);
  const force = options.force === true;
  if (changed.length > 0 || options.override_allowed !== undefined)
    assertOverrideAllowed(stored, toAuthorRole(author), force);
  assertNotManagedByCode(stored, changed, force);
  const override_allowed = nextOverrideAllowed(stored, changed, options, author);
  return { settings, override_allowed, action: 'update', fromVersion: null };
}

/** Every error of a patch on a configuration. The author's role decides which settings the patch may touch. */
export function findPatchErrors(
  inputs: ConfigurationInputs,
  { patch, errors }: ParsedChange,
  author: Principal,
): FieldError[] {
  const permissionErrors = findPermissionErrors(patch, toAuthorRole(author), inputs.plan);
  const ownErrors = [...errors, ...permissionErrors, ...findPatchedValueErrors(patch)];
  const before = toLayers(inputs);
  const invalidNames = new Set(ownErrors.map(({ field }) => field.split('.')[0]!));
  const validPatch = Object.fromEntries(Object.entries(patch).filter(([name]) => !invalidNames.has(name)));
  const after = { ...before, own: mergePatch(before.own, validPatch) };
  return [
    ...ownErrors,
    ...('prompt_variables' in validPatch ? findMergedVariableErrors(after.own) : []),
    ...findChangeErrors(before, after, new Set(Object.keys(validPatch))),
  ];
}

/** A tenant that changes a value of the platform turns `override_allowed` off, unless the patch sets it. */
function nextOverrideAllowed(
  stored: StoredConfiguration,
  changed: readonly SettingName[],
  { override_allowed: requested }: ChangeOptions,
  author: Principal,
): boolean {
  if (requested !== undefined) return requested;
  const reclaimsPlatformValue = changed.some((name) => stored.set_by[name] === 'platform_admin');
  return reclaimsPlatformValue && toAuthorRole(author) === 'tenant_admin' ? false : stored.override_allowed;
}
