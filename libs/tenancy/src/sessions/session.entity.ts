import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, hexColumn } from '#database';
import type { Role } from '#http';

@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('text') readonly id!: string;
  /** null: of a role of the platform. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  @Column('text') readonly actor!: string;
  @Column('text', { nullable: true }) readonly name!: string | null;
  @Column('text') readonly role!: Role;
  /** The API key that signed in. */
  @Column('text', { nullable: true }) readonly key_id!: string | null;
  /** The identity connection that signed in. */
  @Column('text', { nullable: true }) readonly connection!: string | null;
  /** How the identity provider names its own session. */
  @Column('text', { nullable: true }) readonly sid!: string | null;
  /** What the sign-out at the identity provider needs. */
  @Column('text', { nullable: true }) readonly end_session_hint!: string | null;
  /** 64 hex digits. */
  @Column(hexColumn) readonly secret_sha256!: string;
  @Column('text') readonly address!: string;
  /** The header `User-Agent` of the sign-in. */
  @Column('text', { nullable: true }) readonly agent!: string | null;
  /** The sign-in. */
  @Column('timestamptz') readonly created_at!: Date;
  /** When the identity provider asked the person to prove who they are; null where it does not say. */
  @Column('timestamptz', { nullable: true }) readonly authenticated_at!: Date | null;
  /** Precise to a minute. */
  @Column('timestamptz') readonly last_seen_at!: Date;
  @Column('timestamptz') readonly expires_at!: Date;
  @Column('timestamptz', { nullable: true }) readonly revoked_at!: Date | null;
  @Column({ ...bigintColumn, default: 1 }) readonly version!: number;
}
