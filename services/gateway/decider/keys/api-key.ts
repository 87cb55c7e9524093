import { type Static, Type } from 'typebox'
import { ApiKeyInfo, Sha256 } from '../../../shared/contracts/api/usage-plans.ts'
import type { DomainEvent, EventTypeOf } from '../../../shared/contracts/events/events.ts'

export type KeyEvent = DomainEvent<Extract<EventTypeOf<'gateway'>, `gateway.ApiKey${string}`>>

/** A key as it is kept: its text is nowhere. */
export const StoredKey = Type.Object({
  ...ApiKeyInfo.properties,
  sha256: Sha256,
  /** Of the secret before the last rotation; good until `previousUntil`. */
  previousSha256: Type.Optional(Sha256),
})
export type StoredKey = Static<typeof StoredKey>

/** One key. */
export const ApiKeyState = Type.Object({ kind: Type.Literal('api-key'), key: StoredKey })
export type ApiKeyState = Static<typeof ApiKeyState>

/** State + event → state. @param state undefined before the first event */
export function evolveKey(state: ApiKeyState | undefined, event: KeyEvent): ApiKeyState {
  if (event.type === 'gateway.ApiKeyCreated') {
    const { keyId: id, at, ...created } = event.data
    return { kind: 'api-key', key: { id, createdAt: at, ...created } }
  }
  if (!state) throw new Error(`${event.type} of a key that was never created`)
  const { key } = state
  switch (event.type) {
    case 'gateway.ApiKeyRotated': {
      const { sha256, previousUntil, at } = event.data
      return { kind: 'api-key', key: { ...key, sha256, previousSha256: key.sha256, previousUntil, rotatedAt: at } }
    }
    case 'gateway.ApiKeyRevoked':
      return { kind: 'api-key', key: { ...key, revokedAt: event.data.at } }
  }
}
