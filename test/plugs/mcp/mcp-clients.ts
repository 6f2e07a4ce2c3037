import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** What a tool answered. */
interface ToolResult {
  readonly isError: boolean;
  /** The first text, which models read. */
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
  /** Of an error: the problem document. */
  readonly problem: Record<string, unknown> | undefined;
}

interface ToolDescription {
  readonly name: string;
  readonly inputSchema: object;
  readonly outputSchema?: object | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** A client of one of the SDKs, connected to `/mcp`. */
export interface McpClient {
  readonly revision: string | undefined;
  listTools(): Promise<ToolDescription[]>;
  /** `onProgress` gets the message of each notice of progress, which the client then asks for. */
  call(
    name: string,
    args?: Record<string, unknown>,
    onProgress?: (message: string) => void,
  ): Promise<ToolResult>;
  close(): Promise<void>;
}

/** Connects to the service at `url` with a key, over `send` if it is given. */
export type Connect = (url: string, key: string, send?: typeof fetch) => Promise<McpClient>;

const clientInfo = { name: 'test-assistant', version: '4.2' };

/** The SDK of 2025 (v1), which most clients have. */
export const connectLegacy: Connect = async (url, key, send = fetch) => {
  const client = new LegacyClient(clientInfo);
  const transport = new LegacyTransport(new URL('/mcp', url), {
    fetch: send,
    requestInit: { headers: bearer(key) },
  });
  await client.connect(transport as Transport);
  return {
    revision: transport.protocolVersion,
    listTools: async () => (await client.listTools()).tools as ToolDescription[],
    call: async (name, args = {}, onProgress) =>
      toToolResult(await client.callTool({ name, arguments: args }, undefined, progressOptions(onProgress))),
    close: () => client.close(),
  };
};

/** The SDK of 2026 (v2). */
const connectModern: Connect = async (url, key, send = fetch) => {
  const client = new ModernClient(clientInfo, { versionNegotiation: { mode: 'auto' } });
  const transport = new ModernTransport(new URL('/mcp', url), {
    fetch: send,
    requestInit: { headers: bearer(key) },
  });
  await client.connect(transport);
  return {
    revision: client.getNegotiatedProtocolVersion(),
    listTools: async () => (await client.listTools()).tools as ToolDescription[],
    call: async (name, args = {}, onProgress) =>
      toToolResult(await client.callTool({ name, arguments: args }, progressOptions(onProgress))),
    close: () => client.close(),
  };
};

type RevisionClient = readonly [revision: string, connect: Connect];

export const clients: readonly [RevisionClient, RevisionClient] = [
  ['2025-11-25', connectLegacy],
  ['2026-07-28', connectModern],
];

function progressOptions(onProgress: ((message: string) => void) | undefined) {
  return (
    onProgress && { onprogress: ({ message }: { message?: string | undefined }) => onProgress(message ?? '') }
  );
}

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

function toToolResult(result: unknown): ToolResult {
  const {
    content,
    isError = false,
    structuredContent,
  } = result as {
    content: { text: string }[];
    isError?: boolean;
    structuredContent?: Record<string, unknown>;
  };
  const [text, problem] = content;
  return {
    isError,
    text: text!.text,
    structured: structuredContent,
    problem: isError ? (JSON.parse(problem!.text) as Record<string, unknown>) : undefined,
  };
}
