import type { LogLine } from './log-line.ts'
import type { TraceView } from './trace-view.ts'

/** A part of a search, as it was taken. */
export interface Understood {
  readonly name: 'order' | 'trace' | 'service' | 'level' | 'since' | 'text'
  readonly value: string
}

/** Lines that were found: first the latest that there are, then those that come. */
export interface LogsMessage {
  /** Whether everything that was shown before is replaced. */
  readonly isFirst: boolean
  readonly lines: readonly LogLine[]
  /** Lines that came at once and are too many to be shown. */
  readonly leftOut: number
  readonly understood: readonly Understood[]
  /** Of the search, ms. */
  readonly tookMs: number
  /** Parts of the store that could not be read. */
  readonly damaged: readonly string[]
}

export interface TraceAnswer {
  readonly trace: TraceView
  readonly lines: readonly LogLine[]
}
