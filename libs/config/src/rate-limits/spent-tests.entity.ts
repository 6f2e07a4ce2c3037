import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a tenant used the playground within the last hour. */
@Entity('spent_tests')
export class SpentTestsEntity {
  @PrimaryColumn('text') readonly tenant_id!: string;
  @Column('timestamptz', { array: true }) readonly spent_at!: readonly Date[];
}
