import type { Model } from '#settings';
import type { RagConfig } from '../rag.config.js';

/** A provider with a key of its own in the environment. */
export interface HostedProvider {
  readonly name: string;
  readonly keyVariable: string;
  readonly baseUrlVariable: string;
  /** The provider's own host; its subdomains, such as a region's, belong to it too. */
  readonly host: string;
  /** The address of `baseUrlVariable`, else the provider's own. */
  baseUrl(config: RagConfig): string;
}

const openai: HostedProvider = {
  name: 'OpenAI',
  keyVariable: 'OPENAI_API_KEY',
  baseUrlVariable: 'OPENAI_BASE_URL',
  host: 'api.openai.com',
  baseUrl: (config) => config.openaiBaseUrl ?? 'https://api.openai.com/v1',
};

const anthropic: HostedProvider = {
  name: 'Anthropic',
  keyVariable: 'ANTHROPIC_API_KEY',
  baseUrlVariable: 'ANTHROPIC_BASE_URL',
  host: 'api.anthropic.com',
  baseUrl: (config) => config.anthropicBaseUrl ?? 'https://api.anthropic.com',
};

/** The hosted provider of a catalogue entry; null for the other kinds of provider. */
export function hostedProviderOf({ provider }: Model): HostedProvider | null {
  if (provider === 'openai') return openai;
  return provider === 'anthropic' ? anthropic : null;
}

/** The provider that the key in this variable belongs to; null for any other key. */
export function ownerOfKey(variable: string): HostedProvider | null {
  return [openai, anthropic].find(({ keyVariable }) => keyVariable === variable) ?? null;
}

/** True if the provider's own key may be sent to this address. */
export function isAddressOf(provider: HostedProvider, address: string, config: RagConfig): boolean {
  const { protocol, port, hostname, origin } = new URL(address);
  const isOwnHost = hostname === provider.host || hostname.endsWith(`.${provider.host}`);
  const isOwnAddress = protocol === 'https:' && port === '' && isOwnHost;
  return isOwnAddress || origin === new URL(provider.baseUrl(config)).origin;
}
