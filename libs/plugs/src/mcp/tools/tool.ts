import type { InputClass, RequiredAccess } from '#http';
import type { McpCall } from '../endpoint/mcp-call.js';

/** One call of a tool: the message that carries it, and the name of the client. */
export interface ToolCall extends McpCall {
  /** Name and version of the client, as it says; for instance `claude-code 2.1.0`. */
  readonly client: string;
  /** Sends the client a part of what the call makes, while it still runs; null if the client has not asked for progress. */
  readonly tellProgress: ((part: string) => Promise<void>) | null;
}

/** What a tool returns: an object of its output schema, and what a model reads of it, if that is not its JSON. */
export interface ToolAnswer<Output extends object = object> {
  readonly output: Output;
  readonly text?: string;
}

/** A tool of the endpoint: who may call it, its schemas, and the service that it calls. */
export interface Tool<Input extends object = object, Output extends object = object> {
  readonly name: string;
  readonly title: string;
  /** A model decides by it whether to call the tool. */
  readonly description: string;
  readonly access: RequiredAccess;
  readonly changesSomething?: true;
  readonly input: InputClass<Input>;
  readonly output: InputClass<Output>;

  /** @throws DomainError, which becomes a result with `isError`. */
  run(input: Input, call: ToolCall): Promise<ToolAnswer<Output>>;
}

/** What `mcp` opens to a key that is restricted to scopes. */
const scopes = ['mcp'] as const;

/** A tool that changes nothing and asks no model; suspended tenants may call it, too. */
export const readableBy = (role: 'member' | 'tenant_admin'): RequiredAccess => ({
  role,
  scopes,
  onlyReads: true,
});

/** A tool that asks a model: metered, and refused for suspended tenants. */
export const askableBy = (role: 'member' | 'tenant_admin'): RequiredAccess => ({
  role,
  scopes,
  onlyReads: false,
});
