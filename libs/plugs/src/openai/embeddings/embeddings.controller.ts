import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Access,
  ApiAnswer,
  ApiProblems,
  ApiRequestBody,
  IgnoreUndeclaredInput,
  abortOnDisconnect,
  authorAndTenantOf,
} from '#http';
import { InvalidInputError, NotFoundError } from '#kernel';
import { MeteredEmbeddingService } from '#rag';
import { OpenAiRoute } from '../error-form/openai-error.js';
import { configuredModelId } from '../models/model-ids.js';
import { EmbeddingRequest, embeddingRequestExample } from './embedding.request.js';
import { OpenAiEmbeddingList } from './embedding.response.js';
import { parseEmbeddingRequest } from './parse-embedding-request.js';

@ApiTags('OpenAI')
@ApiBearerAuth()
@IgnoreUndeclaredInput()
@Controller('v1/embeddings')
export class EmbeddingsController {
  constructor(private readonly embeddings: MeteredEmbeddingService) {}

  @Post()
  @HttpCode(200)
  @Access('member', { scope: 'query' })
  @OpenAiRoute()
  @ApiOperation({
    summary: 'Turn texts into vectors by the embedder of the service, in the form of OpenAI',
    description:
      'A call counts as one query of the day. It costs nothing, and is in the usage with its tokens.',
  })
  @ApiRequestBody(EmbeddingRequest, embeddingRequestExample)
  @ApiAnswer(200, OpenAiEmbeddingList)
  @ApiProblems('not-found', 'tenant-suspended', 'quota-exceeded', 'upstream-failed', 'upstream-timeout')
  async embed(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { model, texts, isBase64, dimensions, user } = parseEmbeddingRequest(body);
    this.assertModel(model);
    const { tenantId, author } = authorAndTenantOf(reply.request);
    const input = { tenantId, subject: user ?? author.subject, texts };
    const { vectors, tokens } = await this.embeddings.embed(input, abortOnDisconnect(reply));
    assertDimensions(vectors[0]!.length, dimensions);
    void reply.send({
      object: 'list',
      model: this.embedderName,
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: isBase64 ? toBase64(vector) : [...vector],
      })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    } satisfies OpenAiEmbeddingList);
  }

  /** Without the kind of the embedder and the variants of its settings: `text-embedding-3-small`. */
  private get embedderName(): string {
    return this.embeddings.model.replace(/^[^:]*:/, '').split('|')[0]!;
  }

  private assertModel(model: string): void {
    if (model === configuredModelId || model === this.embedderName) return;
    const message = `Only one model makes vectors here: send "${configuredModelId}" or "${this.embedderName}".`;
    throw new NotFoundError(message, { model });
  }
}

/** A shortened vector would be another one, and not every model allows it. */
function assertDimensions(length: number, wanted: number | undefined): void {
  if (wanted === undefined || wanted === length) return;
  const message = `dimensions must be ${length}, or left out: the vectors of this embedder have no other length.`;
  throw new InvalidInputError([
    { field: 'dimensions', rule: 'enum', message, value: wanted, allowed: [length] },
  ]);
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
