import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'
import { stageCommands } from './stages/commands.ts'

/** What the gateway can be told. Each kind of aggregate has a folder of its own, and ids of its own. */
export const gatewayCommands = { ...stageCommands }

export type GatewayCommand = CommandOf<typeof gatewayCommands>
