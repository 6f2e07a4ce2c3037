import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { hexColumn } from '#database';

/** The key that seals clients' secrets and the cookies of sign-ins: one row, `all`. */
@Entity('identity_sealing_keys')
export class IdentitySealingKeyEntity {
  @PrimaryColumn('text') readonly id!: 'all';
  @Column('bytea') readonly secret!: Buffer;
  @CreateDateColumn({ type: 'timestamptz' }) readonly created_at!: Date;
}

/** What was used and may not be used again: states of sign-ins, and the tokens by which providers end sessions. */
@Entity('identity_used_tokens')
export class IdentityUsedTokenEntity {
  /** SHA-256 as 64 hex digits. */
  @PrimaryColumn(hexColumn) readonly digest!: string;
  @Column('timestamptz') readonly expires_at!: Date;
}
