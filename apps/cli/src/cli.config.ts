import { type Variables, VariablesConfig, readVariables, secret, text, url } from '#kernel';

/** The environment variables of the commands that call a service. */
export const cliVariables = { ATTUNE_URL: url('http:', 'https:'), ATTUNE_API_KEY: secret(text) };

/** The server that a command calls, and the key that it uses. */
export class CliConfig extends VariablesConfig {
  readonly attuneUrl: string | null;
  readonly attuneApiKey: string | null;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(cliVariables, variables);
    this.attuneUrl = values.ATTUNE_URL;
    this.attuneApiKey = values.ATTUNE_API_KEY;
  }
}
