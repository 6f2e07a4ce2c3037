import {
  IntegerField,
  JsonObjectField,
  JsonValueField,
  ObjectField,
  StringField,
  problemExample,
} from '#http';

/** Documents a message of a client. The protocol's own schema decides about it. */
export class JsonRpcMessage {
  @StringField({ example: '2.0' })
  jsonrpc!: string;

  @JsonValueField({
    optional: true,
    description: 'A string or a number; a notification has none',
    example: 1,
  })
  id?: unknown;

  @StringField({ example: 'tools/call' })
  method!: string;

  @JsonObjectField({ optional: true, example: { name: 'search', arguments: { query: 'refunds' } } })
  params?: object;
}

const exampleResult = {
  content: [{ type: 'text', text: '{"results":[]}' }],
  structuredContent: { results: [] },
};

class JsonRpcError {
  @IntegerField({
    description: '-32700, -32600, -32603, or -32000 for what only the problem can say',
    example: -32_000,
  })
  code!: number;

  @StringField({ description: 'What happened', example: 'The tenant is suspended.' })
  message!: string;

  @JsonObjectField({ description: 'The problem document', example: problemExample('tenant-suspended') })
  data!: object;
}

/** An error of the endpoint. The id is null, because it is answered before the message is read. */
export class JsonRpcErrorResponse {
  @StringField({ example: '2.0' })
  jsonrpc!: string;

  @JsonValueField({ example: null })
  id!: unknown;

  @ObjectField(() => JsonRpcError)
  error!: JsonRpcError;
}

export class JsonRpcResponse {
  @StringField({ example: '2.0' })
  jsonrpc!: string;

  @JsonValueField({ description: 'The id of the message', example: 1 })
  id!: unknown;

  @JsonObjectField({ optional: true, example: exampleResult })
  result?: object;

  @JsonObjectField({ optional: true, description: 'In place of `result`: `code`, `message` and `data`' })
  error?: object;
}

export const exampleMessage = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'search', arguments: { query: 'May I sell software under the GPL?' } },
};

/** Clients of 2025 get the same answer as an event. */
export const exampleEvents = `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result: exampleResult })}\n\n`;
