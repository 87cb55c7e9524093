import { CommandError } from '../../cli/command-error.ts'
import { exitCodes } from '../../cli/exit-codes.ts'

/** One run at a time: a second one would take the first one's faults for orphaned ones and remove them. */
export interface RunLock {
  /** Aborted when others may run although this one has not ended, e.g. because the cluster could not be reached for too long. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/** Another run goes on; nothing was touched. The message says whose, and what to do. */
export class AnotherRun extends CommandError {
  override readonly name = 'AnotherRun'

  /** @param whose e.g. `pid 4711, since 12:00:00` */
  constructor(whose: string) {
    super(`another run of experiments goes on here (${whose}); wait until it has ended, or end it with Ctrl-C`, exitCodes.notBegun)
  }
}
