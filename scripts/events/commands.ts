import type { EventsCommand } from './command.ts'
import { commands as commandsTopics } from './commands/commands.ts'
import { diff } from './commands/diff.ts'
import { dlq } from './commands/dlq.ts'
import { parked } from './commands/parked.ts'
import { rebuild } from './commands/rebuild.ts'
import { replay } from './commands/replay.ts'
import { saga } from './commands/saga.ts'
import { show } from './commands/show.ts'
import { state } from './commands/state.ts'
import { verify } from './commands/verify.ts'

/** By the first word on the command line, in the order of the help. */
export const commands: Readonly<Record<string, EventsCommand>> = {
  show,
  state,
  diff,
  verify,
  dlq,
  parked,
  commands: commandsTopics,
  rebuild,
  replay,
  saga,
}
