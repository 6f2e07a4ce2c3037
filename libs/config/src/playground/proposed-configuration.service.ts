import { Injectable } from '@nestjs/common';
import type { Principal } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { mergePatch, parseChange } from '#settings';
import {
  type CompiledConfiguration,
  type ConfigurationInputs,
  compileConfiguration,
} from '../compile/compiled-configuration.js';
import { buildProposedInputs } from '../compile/proposed-inputs.js';
import { ConfigReader } from '../read/config-reader.js';
import { toAuthorRole } from '../change/change.js';
import { findPatchErrors } from '../change/patch-configuration.service.js';

/** The configuration that a patch would make of today's. */
export interface ProposedConfiguration {
  /** The version to which the patch was applied. */
  readonly version: number;
  readonly today: CompiledConfiguration;
  readonly proposed: CompiledConfiguration;
}

/** What a request has besides the patch. */
interface ProposalOptions {
  /** Errors of other fields, for one answer with all errors. */
  readonly errors?: readonly FieldError[];
  /** The field that has the patch; none if the body itself is the patch. */
  readonly field?: string;
}

/** Compiles configurations that are not saved, so that questions can be tried under them. */
@Injectable()
export class ProposedConfigurationService {
  constructor(private readonly reader: ConfigReader) {}

  /**
   * Checks the patch as a PATCH of this author does. The options of the patch (reason, override_allowed, gate, force) have no effect. Owner and
   * `override_allowed` are not checked, because nothing is changed.
   *
   * @throws InvalidInputError with every error
   */
  async propose(
    { tenantId, author }: { readonly tenantId: string; readonly author: Principal },
    body: unknown,
    { errors = [], field }: ProposalOptions = {},
  ): Promise<ProposedConfiguration> {
    const inputs = await this.loadInputs(tenantId);
    const parsed = parseChange(body, author.role === 'platform_admin');
    const patchErrors = findPatchErrors(inputs, parsed, author).map((error) => within(field, error));
    const all = [...patchErrors, ...errors];
    if (all.length > 0) throw new InvalidInputError(all);
    const settings = mergePatch(inputs.stored.settings, parsed.patch);
    return {
      version: inputs.stored.version,
      today: compileConfiguration(inputs),
      proposed: compileConfiguration(buildProposedInputs(inputs, settings, toAuthorRole(author))),
    };
  }

  /** With feature flags, but without a running rollout: it would hide the settings that are tried, and it ends. */
  private async loadInputs(tenantId: string): Promise<ConfigurationInputs> {
    const { inputs } = await this.reader.getForChange(tenantId);
    return this.reader.addOverlays(await this.reader.loadInputs(inputs.stored));
  }
}

function within(parent: string | undefined, error: FieldError): FieldError {
  if (parent === undefined) return error;
  return { ...error, field: error.field === '' ? parent : `${parent}.${error.field}` };
}
