import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '#database';
import type { FieldChange, SettingName } from '#settings';
import type { ChangeRequestKind, ChangeRequestState } from '../change/change-request.js';
import type { AuthorRole } from '../storage/configuration.repository.js';

/** A change that waits for approval, or waited for it. */
@Entity('change_requests')
export class ChangeRequestEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly tenant_id!: string;
  @Column('text') readonly state!: ChangeRequestState;
  @Column(bigintColumn) readonly base_version!: number;
  /** A merge patch of own settings, and `override_allowed` where that changes too. */
  @Column('jsonb') readonly patch!: Readonly<Record<string, unknown>>;
  /** The stored value and the next one of each field that changes. */
  @Column('jsonb') readonly diff!: readonly FieldChange[];
  /** The own settings after the change. */
  @Column('jsonb') readonly settings_after!: Readonly<Record<string, unknown>>;
  /** The effective values of the settings that change. Empty: only the stored ones count. */
  @Column('jsonb') readonly effective_after!: Readonly<Record<string, unknown>>;
  /** The action that the history would have shown without an approval. */
  @Column('text') readonly kind!: ChangeRequestKind;
  @Column({ ...bigintColumn, nullable: true }) readonly from_version!: number | null;
  /** Who will count as having set the settings, where that is not the requester's role. */
  @Column('text', { nullable: true }) readonly set_by!: 'code' | 'tenant_admin' | null;
  /** The settings that an applied file names. */
  @Column('jsonb', { nullable: true }) readonly file_settings!: readonly SettingName[] | null;
  @Column('text', { nullable: true }) readonly bulk_id!: string | null;
  /** Whether the golden questions must pass when the request is applied. */
  @Column('boolean') readonly gate!: boolean;
  @Column('text', { nullable: true }) readonly reason!: string | null;
  @Column('text') readonly requested_by!: string;
  @Column('text') readonly requested_by_role!: AuthorRole;
  /** Who made the requester's key, who made that key, and so on; the database fills it in. */
  @Column('text', { array: true, default: [] }) readonly requester_makers!: readonly string[];
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @Column('text', { nullable: true }) readonly decided_by!: string | null;
  @Column('timestamptz', { nullable: true }) readonly decided_at!: Date | null;
  @Column('text', { nullable: true }) readonly comment!: string | null;
  @Column('text', { nullable: true }) readonly void_reason!: string | null;
  /** The version that the change became. */
  @Column({ ...bigintColumn, nullable: true }) readonly applied_version!: number | null;
}
