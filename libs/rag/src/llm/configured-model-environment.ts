import { Inject, Injectable } from '@nestjs/common';
import { Egress } from '#egress';
import type { FieldError } from '#kernel';
import type { Model } from '#settings';
import { ModelEnvironment } from '#tenancy';
import { RagConfig, ragConfig } from '../rag.config.js';
import { foreignAddressText, resolveRoute } from './model-route.js';
import { hostedProviderOf, isAddressOf, ownerOfKey } from './hosted-providers.js';

/** What this replica's variables say about a catalogue entry. */
@Injectable()
export class ConfiguredModelEnvironment extends ModelEnvironment {
  constructor(
    @Inject(ragConfig.KEY) private readonly config: RagConfig,
    private readonly egress: Egress,
  ) {
    super();
  }

  /** A key variable that `MODEL_API_KEYS` does not list, or a provider's own key for an address that is not the provider's. */
  findErrors(model: Model): readonly FieldError[] {
    return [...this.findUnlistedVariable(model), ...this.findForeignAddress(model)];
  }

  /** What is missing for a call of the model, by the same rules as the call itself. */
  findObstacle(model: Model): string | null {
    const { base_url: address } = model;
    const missing = resolveRoute(model, this.config).missing?.message ?? null;
    const isRefused = address !== null && URL.canParse(address) && this.egress.refuses(address);
    return isRefused ? `EGRESS_ALLOW does not allow ${address}` : missing;
  }

  private findUnlistedVariable({ api_key_env: variable }: Model): FieldError[] {
    const { modelKeyVariables } = this.config;
    if (variable === null || modelKeyVariables.allows(variable)) return [];
    const allowed = modelKeyVariables.names;
    const message = `api_key_env must be one of ${allowed.join(', ')}; MODEL_API_KEYS lists them.`;
    return [{ field: 'api_key_env', rule: 'enum', message, value: variable, allowed }];
  }

  private findForeignAddress(model: Model): FieldError[] {
    const { base_url: address, api_key_env: variable } = model;
    const owner = variable === null ? hostedProviderOf(model) : ownerOfKey(variable);
    if (
      owner === null ||
      address === null ||
      !URL.canParse(address) ||
      isAddressOf(owner, address, this.config)
    )
      return [];
    const message = `${foreignAddressText(owner)}; name another variable for this address.`;
    return [{ field: 'api_key_env', rule: 'combination', message, value: variable }];
  }
}
