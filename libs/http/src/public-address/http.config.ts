import { registerAs } from '@nestjs/config';
import { type VariableReader, type Variables, VariablesConfig, readVariables, url } from '#kernel';

const base: VariableReader<string | null> = (value) => {
  const address = url('http:', 'https:')(value);
  if (address !== null && /[?#]/.test(address)) throw new Error('must be a URL without ? and #');
  return address?.replace(/\/+$/, '') ?? null;
};

/** The environment variables of http. */
export const httpVariables = { PUBLIC_URL: base };

/** Where people reach the service. */
export class HttpConfig extends VariablesConfig {
  /** Without a slash at its end. Null: the address that each request names. */
  readonly publicUrl: string | null;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    this.publicUrl = readVariables(httpVariables, variables).PUBLIC_URL;
  }
}

/** Its `KEY` is the token of `HttpConfig`. */
export const httpConfig = registerAs('http', (variables: Variables = {}) => new HttpConfig(variables));
