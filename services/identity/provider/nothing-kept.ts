import type { Adapter } from 'oidc-provider'

/** Tokens say everything themselves and clients are fixed, so there is nothing to remember of anybody: replicas need no store, and a restart loses nothing. */
export class NothingKept implements Adapter {
  async upsert(): Promise<void> {}
  async find(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}
