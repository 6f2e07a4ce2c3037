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
  /** The version of the analyser whose lexemes are searched; 0 for those that Postgres made, in the release before the analyser. */
  @Column('smallint') readonly analyser!: number;
  /** How many chunks have lexemes of the newest analyser. */
  @Column(bigintColumn) readonly indexed!: number;
  /** The sum of the lengths of these chunks. `terms` is the sum for the lexemes that Postgres made. */
  @Column(bigintColumn) readonly length!: number;
  /** The languages in which documents were analysed. */
  @Column('text', { array: true }) readonly languages!: string[];
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
  /** The occurrences of all lexemes that Postgres made; 0 without any. */
  @Column('integer') readonly terms!: number;
  /** The embedder that made the vector. Vectors of two embedders cannot be compared. */
  @Column('text') readonly embedder!: string;
  /** Empty where the vector is stored outside of the database. */
  @Column('real', { array: true }) readonly embedding!: readonly number[];
  /** The key of the vector outside of the database; null where it is stored here. */
  @Column('text', { nullable: true }) readonly external_key!: string | null;
  /** The version of the analyser that made the newest lexemes; 0 for Postgres. */
  @Column('smallint') readonly analyser!: number;
  /** The chunk's length for BM25: the occurrences of all lexemes of that version. */
  @Column('integer') readonly length!: number;
}

/** A lexeme in a chunk, for BM25. */
@Entity('postings')
export class PostingEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  /** With the version of the analyser as its first character; lexemes that Postgres made have none. */
  @PrimaryColumn('text') readonly lexeme!: string;
  @PrimaryColumn('integer') readonly document_number!: number;
  @PrimaryColumn('integer') readonly position!: number;
  /** How often the lexeme occurs in the chunk. */
  @Column('integer') readonly frequency!: number;
  /** The occurrences of all lexemes of the same version in the chunk. */
  @Column('integer') readonly length!: number;
}
