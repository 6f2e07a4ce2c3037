import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a credential searched without a model within the last minute. */
@Entity('spent_retrievals')
export class SpentRetrievalsEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  /** `key:<id>` or `jwt:<sub>` */
  @PrimaryColumn('text') readonly credential!: string;
  /** Newest first. */
  @Column('timestamptz', { array: true }) readonly spent_at!: readonly Date[];
}
