import { type Decision, refuse } from '../../../shared/runtime/event-sourcing/decider.ts'
import type { GatewayErrorCode } from '../../errors.ts'
import type { ApiKeyState, KeyEvent } from './api-key.ts'
import type { KeyCommand } from './commands.ts'

/** Command + state → events, or a refusal. @param state undefined: there is no such key yet */
export function decideKey(command: KeyCommand, state: ApiKeyState | undefined): Decision<KeyEvent, GatewayErrorCode> {
  if (command.type === 'CreateApiKey') {
    if (state) return refuse('API_KEY_EXISTS', `There is a key ${command.data.keyId} already.`)
    return [{ type: 'gateway.ApiKeyCreated', data: command.data }]
  }
  const { keyId } = command.data
  if (!state) return refuse('API_KEY_UNKNOWN', `There is no key ${keyId}.`)
  const isRevoked = state.key.revokedAt !== undefined
  switch (command.type) {
    case 'RotateApiKey':
      if (isRevoked) return refuse('API_KEY_REVOKED', `Key ${keyId} was revoked: create another one.`)
      return [{ type: 'gateway.ApiKeyRotated', data: command.data }]
    case 'RevokeApiKey':
      return isRevoked ? [] : [{ type: 'gateway.ApiKeyRevoked', data: command.data }]
  }
}
