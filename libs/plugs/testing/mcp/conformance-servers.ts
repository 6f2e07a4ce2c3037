import {
  type CallToolResult,
  type GetPromptResult,
  McpServer,
  ResourceTemplate,
  type ServerContext,
  fromJsonSchema,
  inputRequired,
} from '@modelcontextprotocol/server';
import { McpServerFactory } from '../../src/mcp/endpoint/mcp-call.js';

type Content = CallToolResult['content'][number];

/** One red pixel, and a sound without samples. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const wav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const text = (value: string): Content => ({ type: 'text', text: value });
const image: Content = { type: 'image', data: png, mimeType: 'image/png' };
const embedded = (uri: string): Content => ({
  type: 'resource',
  resource: { uri, mimeType: 'text/plain', text: 'This is an embedded resource.' },
});

/** What the tools of the conformance suite answer that do nothing else. */
const fixedAnswers: Readonly<Record<string, Content[]>> = {
  test_simple_text: [text('This is a simple text.')],
  test_image_content: [image],
  test_audio_content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
  test_embedded_resource: [embedded('test://embedded-resource')],
  test_multiple_content_types: [text('Several kinds:'), image, embedded('test://mixed-content-resource')],
  test_streaming_elicitation: [text('This tool asks nothing.')],
};

/** The tools, resources and prompts that the conformance suite calls. They replace Attune's own behind the same endpoint. */
export class ConformanceServers extends McpServerFactory {
  create(): McpServer {
    const capabilities = {
      tools: { listChanged: false },
      resources: { listChanged: false },
      prompts: { listChanged: false },
      logging: {},
      completions: {},
    };
    const server = new McpServer({ name: 'conformance', version: '1' }, { capabilities });
    addTools(server);
    addResources(server);
    addPrompts(server);
    return server;
  }
}

function addTools(server: McpServer): void {
  for (const [name, content] of Object.entries(fixedAnswers))
    server.registerTool(name, { description: name }, () => ({ content }));
  server.registerTool('test_error_handling', { description: 'Fails' }, () => {
    throw new Error('This tool always fails.');
  });
  server.registerTool('test_tool_with_progress', { description: 'Reports its progress' }, reportProgress);
  server.registerTool('test_tool_with_logging', { description: 'Logs three messages' }, logThrice);
  server.registerTool('test_logging_tool', { description: 'Logs three messages' }, logThrice);
  server.registerTool('test_missing_capability', { description: 'Asks the client for an answer' }, () =>
    inputRequired({
      inputRequests: {
        answer: inputRequired.createMessage({
          messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }],
          maxTokens: 10,
        }),
      },
    }),
  );
}

async function reportProgress({ mcpReq }: ServerContext): Promise<CallToolResult> {
  const { _meta: { progressToken } = {} } = mcpReq;
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined)
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 100 },
      });
  }
  return { content: [text('Done.')] };
}

async function logThrice({ mcpReq }: ServerContext): Promise<CallToolResult> {
  for (const message of ['started', 'works', 'ended']) await mcpReq.log('info', message);
  return { content: [text('Done.')] };
}

function addResources(server: McpServer): void {
  const textUri = 'test://static-text';
  server.registerResource('text', textUri, { mimeType: 'text/plain' }, () => ({
    contents: [{ uri: textUri, mimeType: 'text/plain', text: 'A text.' }],
  }));
  const binaryUri = 'test://static-binary';
  server.registerResource('binary', binaryUri, { mimeType: 'image/png' }, () => ({
    contents: [{ uri: binaryUri, mimeType: 'image/png', blob: png }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, {}, ({ href }, { id }) => ({
    contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id }) }],
  }));
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}

function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'Simple' }, () =>
    toPrompt(text('A simple prompt.')),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image' }, () =>
    toPrompt(image, text('Describe the image.')),
  );
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'With arguments', argsSchema: argumentsOf('arg1', 'arg2') },
    ({ arg1, arg2 }) => toPrompt(text(`The arguments are '${arg1}' and '${arg2}'.`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With arguments', argsSchema: argumentsOf('resourceUri') },
    ({ resourceUri }) => toPrompt(embedded(resourceUri!), text('Read the resource.')),
  );
  server.server.setRequestHandler('completion/complete', () => ({ completion: { values: [] } }));
}

function toPrompt(...contents: Content[]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: 'user', content })) };
}

function argumentsOf(...names: string[]) {
  return fromJsonSchema<Record<string, string>>({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    required: names,
  });
}
