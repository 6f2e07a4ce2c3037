import { Module } from '@nestjs/common';
import { EmbeddingModule } from '../embedding/embedding.module.js';
import { PostgresStore } from './postgres.store.js';
import { Retriever } from './retriever.js';
import { VectorStore } from './vector-store.js';

/** Gives the `VectorStore`, the `Embedder` and the `Retriever` over both. */
@Module({
  imports: [EmbeddingModule],
  providers: [{ provide: VectorStore, useClass: PostgresStore }, Retriever],
  exports: [EmbeddingModule, VectorStore, Retriever],
})
export class RetrievalModule {}
