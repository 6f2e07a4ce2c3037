import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, xid8Column } from './column-types.js';

/** Something cached has a new version. Triggers write these rows; `DatabaseChangeFeed` reads them. */
@Entity('change_feed')
export class ChangeFeedEntity {
  @PrimaryColumn(xid8Column) readonly transaction_id!: string;
  @PrimaryColumn('text') readonly kind!: string;
  @PrimaryColumn('text') readonly key!: string;
  @Column(bigintColumn) readonly version!: number;
  @CreateDateColumn({ type: 'timestamptz' }) readonly changed_at!: Date;
  /** The thing was deleted. */
  @Column('boolean') readonly gone!: boolean;
}

/** Up to which transaction the feed was pruned: one row, `all`. */
@Entity('change_feed_horizon')
class ChangeFeedHorizonEntity {
  @PrimaryColumn('text') readonly id!: 'all';
  @Column(xid8Column) readonly pruned_through!: string;
}

/** The tables of libs/database. */
export const databaseEntities = [ChangeFeedEntity, ChangeFeedHorizonEntity];
