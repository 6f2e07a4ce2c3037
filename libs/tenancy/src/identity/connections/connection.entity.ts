import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Role } from '#http';

/** An identity provider at which people sign in. Only the role of the sign-in may read `client_secret`. */
@Entity('identity_connections')
export class IdentityConnectionEntity {
  @PrimaryColumn('text') readonly id!: string;
  /** null: the platform's, whose mappings may name every tenant. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  /** For the button of the sign-in. */
  @Column('text') readonly label!: string;
  @Column('text') readonly issuer!: string;
  @Column('text') readonly client_id!: string;
  /** Sealed. null: a public client, or the secret is in the environment. */
  @Column('bytea', { nullable: true, select: false }) readonly client_secret!: Buffer | null;
  @Column('boolean') readonly has_client_secret!: boolean;
  /** How often `client_secret` changed: the audit log shows this in its place. A trigger counts. */
  @Column('integer') readonly credential_version!: number;
  @Column('text', { array: true }) readonly scopes!: readonly string[];
  /** The dotted path of the claim that mappings read unless they name another. */
  @Column('text') readonly claim!: string;
  @Column('boolean') readonly is_enabled!: boolean;
  /** The one connection of `OIDC_ISSUER`. */
  @Column('boolean') readonly is_from_environment!: boolean;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) readonly updated_at!: Date;
}

/** Whoever has the value in the claim may have the role. */
@Entity('identity_mappings')
export class IdentityMappingEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text') readonly connection_id!: string;
  /** null: the claim of the connection. */
  @Column('text', { nullable: true }) readonly claim!: string | null;
  /** With `*` at its end: every value that begins with the rest. */
  @Column('text') readonly value!: string;
  @Column('text') readonly role!: Role;
  /** null for the roles of the platform. */
  @Column('text', { nullable: true }) readonly tenant_id!: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
}
