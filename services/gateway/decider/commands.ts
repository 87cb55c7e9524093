import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'
import { keyCommands } from './keys/commands.ts'
import { planCommands } from './plans/commands.ts'
import { stageCommands } from './stages/commands.ts'

/** What the gateway can be told. Each kind of aggregate has a folder of its own, and ids of its own. */
export const gatewayCommands = { ...stageCommands, ...keyCommands, ...planCommands }

export type GatewayCommand = CommandOf<typeof gatewayCommands>
