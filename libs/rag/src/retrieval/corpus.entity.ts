import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { bigintColumn, hexColumn } from '#database';

/** The totals of a tenant's documents. Writers lock this row, so that one of them works at a time. */
@Entity('corpora')
export class CorpusEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @Column('integer') readonly documents!: number;
  @Column(bigintColumn) readonly chunks!: number;
  @Column(bigintColumn) readonly terms!: number;
  /** How many documents the tenant ever added. */
  @Column('integer') readonly last_number!: number;
  /** Rises in each transaction that changes a document or a chunk; triggers count it. */
  @Column(bigintColumn) readonly version!: number;
}

@Entity('documents')
export class DocumentEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('text') readonly doc_id!: string;
  /** The tenant's count of documents ever added, which the document keeps when it is replaced. */
  @Column('integer') readonly number!: number;
  @Column('text') readonly title!: string;
  @Column('text') readonly text!: string;
  @Column('jsonb') readonly metadata!: Record<string, unknown>;
  /** SHA-256, hex, of everything that determines the chunks and vectors. */
  @Column(hexColumn) readonly digest!: string;
  @Column('integer') readonly chunks!: number;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
}

/** A piece of a document, with its vector. */
@Entity('chunks')
export class ChunkEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('integer') readonly document_number!: number;
  /** From 1, in the order of the text. */
  @PrimaryColumn('integer') readonly position!: number;
  @Column('text') readonly text!: string;
  /** The chunk's length for BM25: the occurrences of all lexemes. */
  @Column('integer') readonly terms!: number;
  /** The embedder that made the vector. Vectors of two embedders cannot be compared. */
  @Column('text') readonly embedder!: string;
  /** Empty where the vector is stored outside of the database. */
  @Column('real', { array: true }) readonly embedding!: readonly number[];
  /** The key of the vector outside of the database; null where it is stored here. */
  @Column('text', { nullable: true }) readonly external_key!: string | null;
}

/** A lexeme in a chunk, for BM25. */
@Entity('postings')
class PostingEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @PrimaryColumn('text') readonly lexeme!: string;
  @PrimaryColumn('integer') readonly document_number!: number;
  @PrimaryColumn('integer') readonly position!: number;
  /** How often the lexeme occurs in the chunk. */
  @Column('integer') readonly frequency!: number;
  /** The chunk's `terms`. */
  @Column('integer') readonly length!: number;
}

/** The tables of libs/rag, for the DataSource. */
export const ragEntities = [CorpusEntity, DocumentEntity, ChunkEntity, PostingEntity];
