import { Injectable } from '@nestjs/common';
import { ChangeRequestResponse, PatchConfigurationService, ValidityResponse } from '#config';
import { type FieldErrorResponse, JsonObjectField, StringField } from '#http';
import { toReportedErrors } from '#kernel';
import { type Tool, type ToolAnswer, type ToolCall, readableBy } from './tool.js';

const patchField = {
  description:
    'The settings to change with their new values, such as {"temperature": 0.2}; null removes the own value. explain_setting says what is allowed.',
};

class ValidateArguments {
  @JsonObjectField(patchField)
  patch!: Record<string, unknown>;
}

class ProposeArguments extends ValidateArguments {
  @StringField({
    min: 1,
    max: 400,
    pattern: /\S/,
    patternHint: 'a reason',
    description: 'Why; the people who approve the change read it',
  })
  reason!: string;
}

@Injectable()
export class ValidateChangeTool implements Tool<ValidateArguments, ValidityResponse> {
  readonly name = 'validate_change';
  readonly title = 'Validate a change';
  readonly description =
    'Whether a change of settings would be allowed, with every error. It changes nothing.';
  readonly access = readableBy('tenant_admin');
  readonly input = ValidateArguments;
  readonly output = ValidityResponse;

  constructor(private readonly patches: PatchConfigurationService) {}

  async run(
    { patch }: ValidateArguments,
    { tenantId, principal }: ToolCall,
  ): Promise<ToolAnswer<ValidityResponse>> {
    const errors = await this.patches.findErrors(tenantId, principal, patch);
    return {
      output: { valid: errors.length === 0, errors: toReportedErrors(errors) as FieldErrorResponse[] },
    };
  }
}

/** The change always waits for a person, also where the tenant's policy asks for no approval. */
@Injectable()
export class ProposeChangeTool implements Tool<ProposeArguments, ChangeRequestResponse> {
  readonly name = 'propose_change';
  readonly title = 'Propose a change';
  readonly description =
    'Asks for a change of settings. Nothing changes before a platform admin approves the request. Call validate_change first.';
  readonly access = {
    role: 'tenant_admin',
    scopes: ['config:propose', 'config:write'],
    onlyReads: false,
  } as const;
  readonly changesSomething = true;
  readonly input = ProposeArguments;
  readonly output = ChangeRequestResponse;

  constructor(private readonly patches: PatchConfigurationService) {}

  /** The reason names the client, so that the request, the audit log and the history say which assistant proposed the change. */
  async run(
    { patch, reason }: ProposeArguments,
    { tenantId, principal: author, client }: ToolCall,
  ): Promise<ToolAnswer<ChangeRequestResponse>> {
    const context = { tenantId, author, acceptedVersions: null };
    const output = await this.patches.propose(context, { ...patch, reason: `MCP (${client}): ${reason}` });
    return { output: { ...output, diff: [...output.diff] } };
  }
}
